// RealClientTests: what a real machine's console says when there is no script.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension RealClients {
  @Suite("A real machine without a script")
  struct ConsoleBootTests {
    /// And its iPXE is none the worse for it: the original's profiles boot next, which a script that ends in a
    /// bare `exit 1` spoils.
    @Test(.needsMachines, arguments: [Lab.Firmware.bios, .uefi])
    func `shows why, goes on behind ||, and boots the next profile`(
      firmware: Lab.Firmware
    ) throws {
      let lab = try BootTests.seedLab()
      // The original's script gives no initrd to a kernel on UEFI.
      let next = firmware == .bios ? "a-coreos" : "efi"
      try lab.directory.write(
        "profiles/efi.json",
        #"{"os":"generic","kernel":"lab/k","initrd":["lab/i"],"cloud_config":"a","args":["console=ttyS0"]}"#
      )
      try lab.install(kernel: "images/lab/k", initrd: "images/lab/i")
      _ = try lab.startServer()
      try lab.directory.write(
        "images/menu.ipxe",
        """
        #!ipxe
        chain \(BootTests.url)?profile=a-coreo || echo OUTER ${errno} goes on
        chain --autofree \(BootTests.url)/images/none || echo NO IMAGE
        chain \(BootTests.url)?profile=\(next)

        """)
      let menu = "\(BootTests.url)/images/menu.ipxe"
      let options = firmware == .bios ? ["--dhcp-boot=\(menu)"] : Lab.chainload(to: menu)
      _ = try lab.startDnsmasq(options)
      let machine = try lab.boot(firmware, network: firmware == .bios ? .rom : .firmware)
      if firmware == .bios {
        try BootTests.expectSeed(machine)
      } else {
        #expect(try Report.of(machine).config == BootTests.config)
      }
      let console = Report.console(machine)
      #expect(
        console.contains("No boot script: unknown profile: there is no profiles/a-coreo.json"))
      #expect(console.contains("Is it a-coreos?"))
      #expect(console.contains("goes on"))
    }

    @Test(.needsMachines)
    func `that no profile takes shows the menu, and goes on when nobody chooses`() throws {
      let lab = try Lab([
        "profiles/rescue.json": #"{"os":"generic","kernel":"lab/k","menu":"Rescue system"}"#
      ])
      let server = try lab.startServer(["--unmatched", "menu-local"])
      _ = try lab.startDnsmasq(["--dhcp-boot=http://\(Lab.server):4777/boot.ipxe"])
      let console = try lab.boot(.bios)
      try #require(
        Report.console(console, shows: "Rescue system", within: 60),
        "\(Report.console(console).suffix(2000)) \(server.printed.suffix(2000))")
      #expect(Report.console(console).contains("Boot this machine's own disk"))
      try #require(
        Report.console(console, shows: "This machine boots its own disk", within: 60),
        "\(Report.console(console).suffix(2000))")
    }

    /// The name needs an escape, which iPXE has to hand back as it got it.
    @Test(.needsMachines, arguments: [Lab.Firmware.bios, .uefi])
    func `boots what a person chooses from the menu, and is given nothing`(
      firmware: Lab.Firmware
    ) throws {
      let lab = try Lab([
        "profiles/rack one/it.json":
          #"{"os":"generic","kernel":"lab/k","initrd":["lab/i"],"args":["console=ttyS0"],"menu":"It"}"#
      ])
      try lab.install(kernel: "images/lab/k", initrd: "images/lab/i")
      let server = try lab.startServer(["--unmatched", "menu"])
      _ = try lab.startDnsmasq(["--dhcp-boot=http://\(Lab.server):4777/boot.ipxe"])
      let machine = try lab.addMachine(firmware)
      let console = try lab.switchOn(machine)
      try #require(
        Report.console(console, shows: "Wait until the server has a profile", within: 120),
        "\(Report.console(console).suffix(2000)) \(server.printed.suffix(2000))")
      try lab.press(["up", "ret"], on: machine)
      _ = try Report.of(console)
      #expect(server.printed.contains("event=script profile=\"rack one/it\""))
      let list = try lab.command(["list", "--json"])
      #expect(list.contains(#""profile":null"#) && list.contains(#""state":"unknown""#), "\(list)")
    }

    /// Its MAC is that of a machine in use, and its UUID is new.
    @Test(.needsMachines, .needs(.curl), arguments: [Lab.Firmware.bios, .uefi])
    func `that may be one in use shows that, and boots once a person decides`(
      firmware: Lab.Firmware
    ) throws {
      let lab = try Lab([
        "profiles/node.json":
          #"{"os":"generic","install":{"kernel":"lab/k","initrd":["lab/i"],"args":["console=ttyS0"]}}"#
      ])
      try lab.install(kernel: "images/lab/k", initrd: "images/lab/i")
      let server = try lab.startServer()
      _ = try lab.startDnsmasq(["--dhcp-boot=http://\(Lab.server):4777/boot.ipxe"])
      let machine = try lab.addMachine(firmware)
      let old = "4c4c4544-0031-3010-8034-000000000001"
      let taken = #"{"profile":"node","state":"running","macs":["\#(machine.mac)"]}"#
      let put = try Program.run(
        Tool.curl.path,
        [
          "-sS", "--fail-with-body", "--unix-socket", lab.directory.path + "/state/api.sock",
          "-X", "PUT", "-d", taken, "http://h/machines/\(old)",
        ])
      try #require(put.status == 0, "\(put.output)")
      let console = try lab.switchOn(machine)
      try #require(
        Report.console(console, within: 120) {
          $0.contains("UTC: this machine is held: its mac is that of a machine in use")
        }, "\(Report.console(console).suffix(2000)) \(server.printed.suffix(2000))")
      // It asks again by itself, and says so again.
      try #require(
        Report.console(console, within: 60) {
          $0.components(separatedBy: "this machine is held").count > 2
        })
      try lab.command(["claim", machine.uuid, "--profile", "node"])
      _ = try Report.of(console)
    }
  }
}

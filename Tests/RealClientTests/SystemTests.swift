// RealClientTests: operating systems, booted by their presets.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Whether the long form of the tests is wanted.
let isLong = ProcessInfo.processInfo.environment["COREOS_IPXE_SERVER_TEST_LONG"] == "1"

extension RealClients {
  @Suite("An operating system, by its preset")
  struct SystemTests {
    private static let url = "http://\(Lab.server):4777"

    /// Only iPXE is sent to the script: Debian's installer would take it for its answers.
    private static let dhcp = [
      "--dhcp-match=set:ipxe,175", "--dhcp-boot=tag:ipxe,\(url)/boot.ipxe",
      // Without a name server Debian asks for one.
      "--dhcp-option=option:dns-server,\(Lab.server)",
    ]

    /// Nothing of this is what a shell, debconf or a console would take for itself.
    private static let note = "it's \"$(reboot -f)\" `x` & <b> \\ ; # é"

    @Test(
      .needsMachines, .needs(.debianInstaller, .curl), .timeLimit(.minutes(10)),
      arguments: isLong ? [Lab.Firmware.bios, .uefi] : [.bios])
    func `is installed by Debian's own installer, with its machine's own answers`(
      firmware: Lab.Firmware
    ) throws {
      let lab = try Lab([
        "profiles/deb.json": """
        {"os": "debian", "version": "12", "metadata": {"room": "r1"},
         "install": {"answers": "deb.cfg",
                     "args": ["hostname={{machine.hostname}}", "DEBIAN_FRONTEND=text",
                              "console=ttyS0", "note={{metadata.room}}"]}}
        """,
        "configs/deb.cfg.tmpl": """
        d-i debian-installer/locale string en_US
        d-i netcfg/get_hostname string {{machine.hostname}}
        d-i preseed/early_command string ( printf 'NOTE(%s)' {{metadata.note}}; \\
          echo "HOST($(cat /proc/sys/kernel/hostname))"; \\
          wget -q -O - --post-data=done {{machine.installed_url}} && echo REPORTED; \\
          poweroff -f ) > /dev/ttyS0 2>&1

        """,
      ])
      let folder = (Tool.debianInstaller.path as NSString).deletingLastPathComponent
      for file in ["linux", "initrd.gz"] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)"))
        try lab.directory.write("images/debian/amd64/12/\(file)", data)
      }
      let server = try lab.startServer()
      _ = try lab.startDnsmasq(Self.dhcp)
      let machine = try lab.addMachine(firmware, diskBytes: 1 << 20)
      try lab.command(["claim", machine.mac, "--profile", "deb", "--expect"])
      try lab.command(["set", machine.mac, "hostname=node-7", "metadata.note=" + Self.note])
      let console = try lab.switchOn(machine, megabytes: 1024)
      let isDone = Report.console(console, within: 300) { _ in !console.isRunning }
      let shown = Report.console(console)
      try #require(isDone && shown.contains("REPORTED"), "\(shown.suffix(3000))\n\(server.printed)")
      #expect(shown.contains("NOTE(\(Self.note))"), "\(shown.suffix(1500))")
      let record = try lab.command(["show", machine.mac, "--json"])
      #expect(record.contains(#""state":"installed""#), "\(record)")
      #expect(record.contains(machine.uuid) && record.contains("pcbios") == (firmware == .bios))
      #expect(
        server.printed.contains("event=config machine=\(machine.mac.replacing(":", with: "-"))"))
    }

    @Test(
      .needsMachines, .needs(.memtestBIOS), .timeLimit(.minutes(5)),
      arguments: isLong ? [Lab.Firmware.bios, .uefi] : [.bios])
    func `tests a machine's memory`(firmware: Lab.Firmware) throws {
      let lab = try Lab(["profiles/mem.json": #"{"os": "memtest", "console": ["ttyS0,115200"]}"#])
      for tool in [Tool.memtestBIOS, .memtestEFI] {
        let name = (tool.path as NSString).lastPathComponent
        let data = try Data(contentsOf: URL(fileURLWithPath: tool.path))
        try lab.directory.write("images/memtest/x86_64/\(name)", data)
      }
      let server = try lab.startServer()
      _ = try lab.startDnsmasq(["--dhcp-boot=\(Self.url)/boot.ipxe?profile=mem"])
      let console = try lab.boot(firmware)
      let isThere = Report.console(console, shows: "Memtest86+", within: 120)
      #expect(isThere, "\(Report.console(console).suffix(2000))\n\(server.printed)")
      let ending = firmware == .uefi ? "efi" : "bin"
      #expect(
        server.printed.contains("path=/images/memtest/x86_64/memtest86+x64.\(ending) status=200"))
    }

    @Test(.needsMachines, .needs(.xorriso), .timeLimit(.minutes(5)))
    func `is an ISO, read over the network`() throws {
      let disk = BootDisk.for(.bios)
      let lab = try Lab(["profiles/disc.json": #"{"os": "iso", "version": "1"}"#])
      try lab.directory.write("tree/boot.bin", Data(disk.bytes))
      try lab.directory.write("images/iso/x86_64/1/small.iso", Data())
      let made = try Program.run(
        Tool.xorriso.path,
        [
          "-as", "mkisofs", "-quiet", "-b", "boot.bin", "-no-emul-boot", "-boot-load-size", "1",
          "-o", lab.directory.path + "/images/iso/x86_64/1/small.iso",
          lab.directory.path + "/tree",
        ])
      try #require(made.status == 0, "\(made.output)")
      let server = try lab.startServer()
      _ = try lab.startDnsmasq(["--dhcp-boot=\(Self.url)/boot.ipxe?profile=disc"])
      let console = try lab.boot(.bios)
      let isThere = Report.console(console, shows: BootDisk.says(0), within: 60)
      #expect(isThere, "\(Report.console(console).suffix(2000))\n\(server.printed)")
    }

    /// Linux stands in for wimboot: it shows which files it was given.
    @Test(.needsMachines, .timeLimit(.minutes(5)))
    func `is given files under their own names`() throws {
      let lab = try Lab([
        "profiles/named.json": """
        {"base": "windows", "console": ["ttyS0"],
         "initrd": ["lab/initrd", {"file": "{{images.url}}/a", "name": "marker-a", "mode": "0755"},
                    {"file": "{{images.url}}/b", "name": "marker-b"}]}
        """,
        "images/windows/amd64/a": "1\n", "images/windows/amd64/b": "2\n",
      ])
      try lab.install(kernel: "images/windows/amd64/wimboot", initrd: "images/lab/initrd")
      _ = try lab.startServer()
      _ = try lab.startDnsmasq(["--dhcp-boot=\(Self.url)/boot.ipxe?profile=named"])
      let report = try Report.of(try lab.boot(.bios))
      #expect(report.files == ["/marker-a", "/marker-b", "/marker-one"])
    }
  }
}

// RealClientTests: networks as `print` makes them.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension Lab {
  /// Has the built program print a kind on this network, with nothing but the base URL.
  ///
  /// - Returns: the file of that name, as it stands.
  func printed(
    _ kind: String, _ name: String, _ options: [String] = [], folder: String = "printed"
  ) throws -> String {
    let folder = directory.path + "/\(folder)"
    let program = try start(
      Program.built("coreos-ipxe-server"),
      [
        "print", kind, "--base-url", "http://\(Self.server):4777", "--data-dir", directory.path,
        "--dir", folder,
      ] + options)
    try #require(program.exitStatus(within: 20) == 0, "\(program.printed)")
    return folder + "/" + name
  }

  /// Starts dnsmasq with a printed file; what else it is told is where it logs and keeps leases.
  ///
  /// - Parameter advertises: whether it is an IPv6 router too, for which ROMs wait.
  func startPrinted(_ file: String, advertises: Bool = false) throws -> Program {
    let dnsmasq = try start(
      Tool.dnsmasq.path,
      [
        "--keep-in-foreground", "--conf-file=\(file)", "--user=root", "--log-facility=-",
        "--log-dhcp", "--dhcp-leasefile=\(directory.path)/leases",
      ] + (advertises ? router : []))
    try #require(dnsmasq.hasPrinted("dnsmasq-dhcp[", within: 10), "\(dnsmasq.printed)")
    return dnsmasq
  }
}

extension RealClients {
  @Suite("A network, as it is printed,")
  struct PrintedNetworkTests {
    private static let conf = "coreos-ipxe-server.conf"
    private static let url = "http://\(Lab.server):4777"
    private static let script = url + "/boot.ipxe"

    /// The builds for every kind of firmware, as far as their names go.
    private static let builds = [
      "tftp/undionly.kpxe", "tftp/i386/snponly.efi", "tftp/snponly.efi", "tftp/arm32/snponly.efi",
      "tftp/ipxe-arm64.efi", "images/efi/snponly.efi", "images/efi/arm64/snponly.efi",
    ]
    private static let files = [
      "bios": "undionly.kpxe", "efi-6": "i386/snponly.efi", "efi-7": "snponly.efi",
      "efi-9": "snponly.efi", "efi-10": "arm32/snponly.efi", "efi-11": "ipxe-arm64.efi",
      "http-16": url + "/images/efi/snponly.efi",
      "http-19": url + "/images/efi/arm64/snponly.efi", "ipxe-175": script, "ipxe-77": script,
    ]

    private static func lab() throws -> (lab: Lab, options: [String]) {
      let lab = try Lab(Dictionary(uniqueKeysWithValues: builds.map { ($0, "build") }))
      return (lab, ["--tftp-root", lab.directory.path + "/tftp"])
    }

    @Test(.needs(.dnsmasq, .ip, .python, root: true))
    func `tells every kind of client what it can load, by dnsmasq`() throws {
      let (lab, options) = try Self.lab()
      let dnsmasq = try lab.startPrinted(try lab.printed("dnsmasq", Self.conf, options))
      DHCPClients.expect(try DHCPClients.ask(in: lab), Self.files)
      dnsmasq.kill(SIGTERM)
      _ = dnsmasq.exitStatus(within: 5)

      // Where nothing is there, nobody is told of it, and iPXE boots as before.
      try FileManager.default.removeItem(atPath: lab.directory.path + "/tftp")
      try FileManager.default.removeItem(atPath: lab.directory.path + "/images")
      try lab.directory.write("tftp/", "")
      _ = try lab.startPrinted(try lab.printed("dnsmasq", Self.conf, options, folder: "bare"))
      let none = try DHCPClients.ask(in: lab)
      #expect(none.filter { $0.value.file != "-" }.keys.sorted() == ["ipxe-175", "ipxe-77"])
      #expect(none["ipxe-77"]?.file == Self.script)
    }

    @Test(.needs(.dnsmasq, .ip, .python, root: true))
    func `tells firmware with Secure Boot of shims`() throws {
      let (lab, options) = try Self.lab()
      _ = try lab.startPrinted(try lab.printed("shim", Self.conf, options))
      let shim = "snponly-shim.efi"
      let signed = [
        "efi-7": shim, "efi-9": shim, "efi-11": "arm64/" + shim, "efi-6": "-", "efi-10": "-",
        "http-16": "\(Self.url)/images/efi/\(shim)",
        "http-19": "\(Self.url)/images/efi/arm64/\(shim)",
      ]
      DHCPClients.expect(
        try DHCPClients.ask(in: lab), Self.files.merging(signed) { $1 })
    }

    /// iPXE's own shim is in no package: Debian's stands in for it, and asks for GRUB whatever it is called.
    @Test(.needsMachines, .needs(.shim, .signedGRUB, root: true), arguments: [true, false])
    func `has Secure Boot take a signed shim, and nothing that is not`(isSigned: Bool) throws {
      let lab = try Lab([
        "ipxeboot/arm64-sb/snponly.efi": "", "ipxeboot/arm64-sb/snponly-shim.efi": "",
      ])
      let unsigned = "/usr/lib/ipxe/snponly.efi"
      for (name, path) in [
        ("ipxeboot/x86_64-sb/snponly-shim.efi", isSigned ? Tool.shim.path : unsigned),
        ("ipxeboot/x86_64-sb/snponly.efi", unsigned),
        ("ipxeboot/i386/undionly.kpxe", "/usr/lib/ipxe/undionly.kpxe"),
        ("images/efi/grubx64.efi", Tool.signedGRUB.path),
      ] {
        try lab.directory.write(name, try Data(contentsOf: URL(fileURLWithPath: path)))
      }
      let file = try lab.printed("shim", Self.conf)
      let placing = file.replacing(Self.conf, with: "coreos-ipxe-server-efi")
      #expect(try Program.run(placing, [lab.directory.path + "/ipxeboot"]).status == 0)
      _ = try lab.startPrinted(file)
      let machine = try lab.boot(.uefi, network: .firmware, isSecure: true)
      let shows = isSigned ? "Welcome to GRUB" : "Access Denied"
      #expect(
        Report.console(machine, shows: shows, within: 90), "\(Report.console(machine).suffix(2000))"
      )
    }

    @Test(.needs(.kea, .dnsmasq, .ip, .python, root: true))
    func `tells every kind of client what it can load, by Kea`() throws {
      let (lab, options) = try Self.lab()
      let file = try lab.printed("kea", "kea-dhcp4.conf", options)
      // systemd makes the folder of its leases; nothing else is changed.
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let lease = #""lease-database": { "type": "memfile", "persist": false }, "valid-lifetime""#
      try lab.directory.write("kea.conf", text.replacing("\"valid-lifetime\"", with: lease))
      let kea = try lab.start(
        "/usr/bin/env",
        [
          "KEA_PIDFILE_DIR=\(lab.directory.path)", "KEA_LOCKFILE_DIR=\(lab.directory.path)",
          Tool.kea.path, "-c", lab.directory.path + "/kea.conf",
        ])
      try #require(kea.hasPrinted("DHCP4_STARTED", within: 10), "\(kea.printed)")
      DHCPClients.expect(try DHCPClients.ask(in: lab), Self.files)
    }

    /// A lab whose profile says by which way it was asked for.
    private static func bootLab() throws -> Lab {
      let lab = try Lab([
        "profiles/p.json":
          #"{"os":"generic","kernel":"lab/k","initrd":["lab/i"],"args":["console=ttyS0","by=print"],"match":{"mac":"52:54:00:*"}}"#,
        // As in a card with plain PXE: it loads the program that it is told, and knows no script.
        "card.ipxe": "#!ipxe\ndhcp\nchain tftp://\(Lab.server)/undionly.kpxe\n",
      ])
      try lab.install(kernel: "images/lab/k", initrd: "images/lab/i")
      _ = try lab.startServer()
      return lab
    }

    private static func expectBoot(_ machines: [Program], _ dnsmasq: Program) throws {
      for machine in machines {
        let report = try Report.of(machine)
        #expect(report.commandLine.hasSuffix("console=ttyS0 by=print"))
      }
      let sent = dnsmasq.printed.split(separator: "\n").filter {
        $0.contains("sent /usr/lib/ipxe/")
      }
      // A build that loads itself would be sent for ever; firmware asks for its size first.
      #expect(sent.contains { $0.contains("snponly.efi") } && sent.count <= 4, "\(sent)")
    }

    @Test(.needsMachines)
    func `boots machines by undionly.kpxe and snponly.efi, once each`() throws {
      let lab = try Self.bootLab()
      let dnsmasq = try lab.startPrinted(try lab.printed("dnsmasq", Self.conf), advertises: true)
      let card = (Tool.ipxe.path, lab.directory.path + "/card.ipxe")
      let machines = [
        try lab.boot(.uefi, network: .firmware), try lab.boot(.bios, kernel: card),
      ]
      try Self.expectBoot(machines, dnsmasq)
      #expect(dnsmasq.printed.contains("sent /usr/lib/ipxe/undionly.kpxe"))
    }

    /// The firmware tries PXE again before it tries the disk.
    @Test(
      .needsMachines, .timeLimit(.minutes(10)),
      .needs(Needs(asked: isLong, "COREOS_IPXE_SERVER_TEST_LONG=1")))
    func `leaves the disk to a UEFI machine that is to boot it`() throws {
      let lab = try Lab(["profiles/": ""])
      _ = try lab.startServer(["--unmatched", "local"])
      let dnsmasq = try lab.startPrinted(try lab.printed("dnsmasq", Self.conf), advertises: true)
      let machine = try lab.addMachine(.uefi, diskBytes: 1 << 20)
      try lab.directory.write("disk1", Data(BootDisk.for(.uefi).bytes))
      let console = try lab.switchOn(machine, network: .firmware)
      #expect(console.exitStatus(within: 400) == 0, "\(Report.console(console).suffix(3000))")
      #expect(Report.console(console).contains(BootDisk.says(0)))
      #expect(dnsmasq.printed.contains("sent /usr/lib/ipxe/snponly.efi"))
    }

    @Test(.needsMachines)
    func `boots machines beside a router that knows nothing of it`() throws {
      let lab = try Self.bootLab()
      let router = try lab.startNextDoor(
        Tool.dnsmasq.path,
        [
          "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root",
          "--interface=eth0", "--bind-interfaces", "--dhcp-range=192.168.122.100,192.168.122.200",
          "--dhcp-leasefile=\(lab.directory.path)/router", "--log-facility=-", "--log-dhcp",
        ])
      try #require(router.hasPrinted("DHCP, IP range", within: 10), "\(router.printed)")
      let proxy = try lab.startPrinted(
        try lab.printed("dnsmasq-proxy", Self.conf), advertises: true)
      // As the file says; the router's host hears both, as any other does.
      let doctor = try lab.runNextDoor(
        Program.built("coreos-ipxe-server"),
        [
          "doctor", "--dhcp", "eth0", "--data-dir", lab.directory.path, "--base-url", Self.url,
        ])
      #expect(doctor.output.contains("iPXE on UEFI: the proxy \(Lab.server) names its file"))
      #expect(doctor.output.hasSuffix("no faults\n"), "\(doctor.output)")
      try Self.expectBoot(
        [try lab.boot(.uefi, network: .firmware), try lab.boot(.bios)], proxy)
      #expect(router.printed.contains("DHCPACK") && !proxy.printed.contains("DHCPACK"))
    }

    @Test(.needsMachines)
    func `boots iPXE with the embedded script`() throws {
      let lab = try Self.bootLab()
      let script = try lab.printed("embed", "embed.ipxe")
      _ = try lab.startDnsmasq()
      let machine = try lab.boot(.bios, kernel: (Tool.ipxe.path, script))
      #expect(try Report.of(machine).commandLine.hasSuffix("console=ttyS0 by=print"))
    }
  }
}

// RealClientTests: firmware that loads its first program over HTTP.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension RealClients {
  /// UEFI HTTP Boot (UEFI 2.10 section 24.7): OVMF, Debian's shim and GRUB are the clients.
  @Suite("A machine whose firmware boots from a URL")
  struct HTTPBootTests {
    private static let folder = BootTests.url + "/images/efi/"

    /// What dnsmasq says to firmware that asks for a URL.
    private static func options(_ file: String) -> [String] {
      [
        "--dhcp-vendorclass=set:http,HTTPClient", "--dhcp-option-force=tag:http,60,HTTPClient",
        "--dhcp-boot=tag:http,\(folder)\(file)",
      ]
    }

    private static func contents(_ path: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: path))
    }

    /// Debian's signed shim asks for `grubx64.efi` with two slashes, and takes neither a redirect nor an
    /// answer without a length.
    @Test(.needsMachines, .needs(.shim, .signedGRUB, root: true))
    func `gets Debian's shim, and that one its signed GRUB`() throws {
      let lab = try Lab([:])
      try lab.directory.write("images/efi/shimx64.efi", try Self.contents(Tool.shim.path))
      try lab.directory.write("images/efi/grubx64.efi", try Self.contents(Tool.signedGRUB.path))
      let server = try lab.startServer()
      _ = try lab.startDnsmasq(Self.options("shimx64.efi"))
      let machine = try lab.boot(.uefi, network: .http)
      try #require(
        Report.console(machine, shows: "Welcome to GRUB", within: 90),
        "\(Report.console(machine).suffix(2000))\n\(server.printed)")
      for request in [
        "method=HEAD path=/images/efi/shimx64.efi status=200",
        "method=GET path=/images/efi/shimx64.efi status=200",
        "method=GET path=/images/efi//grubx64.efi status=200",
      ] {
        #expect(server.printed.contains(request), "\(server.printed)")
      }
    }

    /// The signed GRUB of Debian 12 has no module for HTTP; one with it goes on to a kernel.
    @Test(.needsMachines, .needs(.shim, .grubMaker, .grubModules, root: true))
    func `boots a kernel by shim and a GRUB that knows HTTP`() throws {
      let lab = try Lab([
        "images/grub/grub.cfg":
          "linux /images/lab/k console=ttyS0 by=grub\ninitrd /images/lab/i\nboot\n"
      ])
      try lab.install(kernel: "images/lab/k", initrd: "images/lab/i")
      try lab.directory.write("images/efi/shimx64.efi", try Self.contents(Tool.shim.path))
      let made = try Program.run(
        Tool.grubMaker.path,
        [
          "-O", "x86_64-efi", "-o", lab.directory.path + "/images/efi/grubx64.efi", "-p",
          "/images/grub", "http", "efinet", "net", "normal", "linux", "boot",
        ])
      #expect(made.status == 0, "\(made.output)")
      let server = try lab.startServer()
      _ = try lab.startDnsmasq(Self.options("shimx64.efi"))
      let report = try Report.of(try lab.boot(.uefi, network: .http))
      #expect(report.commandLine.hasSuffix("console=ttyS0 by=grub"))
      #expect(server.printed.contains("path=/images/grub/grub.cfg status=200"))
    }

    @Test(.needsMachines)
    func `gets iPXE without TFTP, and boots its profile, as printed`() throws {
      let lab = try Lab([
        "profiles/g.json":
          #"{"os":"generic","kernel":"lab/k","initrd":["lab/i"],"args":["console=ttyS0","by=ipxe"],"match":{"mac":"52:54:00:*"}}"#
      ])
      try lab.install(kernel: "images/lab/k", initrd: "images/lab/i")
      let server = try lab.startServer()
      let file = try lab.printed("http-boot", "coreos-ipxe-server.conf")
      let placing = file.replacing("coreos-ipxe-server.conf", with: "coreos-ipxe-server-efi")
      #expect(try Program.run(placing, []).status == 0)
      _ = try lab.startPrinted(file, advertises: true)
      let report = try Report.of(try lab.boot(.uefi, network: .http))
      #expect(report.commandLine.hasSuffix("console=ttyS0 by=ipxe"))
      #expect(server.printed.contains("method=GET path=/images/efi/snponly.efi status=200"))
    }
  }
}

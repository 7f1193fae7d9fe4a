// RealClientTests: what doctor hears of a real dnsmasq.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension RealClients {
  @Suite("doctor, on a network with a real dnsmasq")
  struct DoctorNetworkTests {
    private static func doctor(_ lab: Lab) throws -> (status: Int32, output: String) {
      try lab.runNextDoor(
        Program.built("coreos-ipxe-server"),
        [
          "doctor", "--data-dir", lab.directory.path, "--base-url", "\(Lab.server):4777", "--dhcp",
          "eth0",
        ])
    }

    @Test(.needs(.dnsmasq, root: true))
    func `hears what BIOS, UEFI and iPXE are told, and takes no address`() throws {
      let lab = try Lab(["profiles/p.json": "{}", "images/x": "1"])
      let server = try lab.startServer()
      let none = try Self.doctor(lab)
      #expect(none.status == 3)
      #expect(none.output.contains("fault: dhcp: no DHCP server answers on eth0"), "\(none.output)")

      let url = "http://\(Lab.server):4777/boot.ipxe"
      let good = try lab.startDnsmasq(Lab.chainload(to: url))
      let found = try Self.doctor(lab)
      #expect(found.status == 0 && found.output.hasSuffix("no faults\n"), "\(found.output)")
      for line in [
        "PXE on BIOS: \(Lab.server) offers undionly.kpxe",
        "PXE on UEFI: \(Lab.server) offers ipxe.efi", "iPXE on BIOS: \(Lab.server) offers \(url)",
        "iPXE on UEFI: \(Lab.server) offers \(url)",
      ] {
        #expect(found.output.contains("note: dhcp: " + line), "\(found.output)")
      }
      #expect(!good.printed.contains("DHCPREQUEST") && good.printed.contains("DHCPDISCOVER"))
      #expect(server.printed.contains("path=/images/x status=206"))
      good.kill(SIGTERM)
      _ = good.exitStatus(within: 5)

      _ = try lab.startDnsmasq(["--dhcp-boot=ipxe.efi"])
      let bad = try Self.doctor(lab)
      #expect(bad.status == 3)
      #expect(bad.output.contains("fault: wrong-binary: PXE on BIOS is told to load ipxe.efi"))
      #expect(
        bad.output.contains("fault: dhcp: iPXE on UEFI is told to load ipxe.efi: iPXE loads iPXE"))
    }
  }
}

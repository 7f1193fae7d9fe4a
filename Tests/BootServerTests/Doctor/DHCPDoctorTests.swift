// BootServerTests: what DHCP says.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BootServer

@Suite("The doctor, hearing DHCP")
struct DHCPDoctorTests {
  typealias Client = DHCPMessage.Client

  private static let doctor = DHCPDoctor(card: "br0", base: "http://10.0.0.1:4777")

  /// DHCPOFFER, with options as they come.
  static func offer(
    _ options: [(UInt8, String)], address: UInt8 = 9, field: String = "", overload: [UInt8] = []
  ) -> [UInt8] {
    var bytes: [UInt8] = [2, 1, 6, 0, 0, 0, 0, 7, 0, 0, 0x80, 0, 0, 0, 0, 0]
    bytes += address == 0 ? [0, 0, 0, 0] : [10, 0, 0, address]
    bytes += [10, 0, 0, 2] + [UInt8](repeating: 0, count: 4 + 16 + 64)
    var file = overload.isEmpty ? Array(field.utf8) : overload
    file += [UInt8](repeating: 0, count: 128 - file.count)
    bytes += file + [0x63, 0x82, 0x53, 0x63, 53, 1, 2, 54, 4, 10, 0, 0, 2]
    if !overload.isEmpty { bytes += [52, 1, 1] }
    for (code, text) in options { bytes += [code, UInt8(text.utf8.count)] + Array(text.utf8) }
    return bytes + [255]
  }

  private static func findings(_ files: [Client: String]) -> [Diagnosis] {
    doctor.findings(
      Dictionary(
        uniqueKeysWithValues: Client.allCases.map { client in
          (
            client,
            files[client].flatMap { DHCPMessage(offer: offer([(67, $0)])) }.map { [$0] } ?? []
          )
        }))
  }

  private static let good: [Client: String] = [
    .bios: "undionly.kpxe", .efi: "snponly.efi", .ipxeBIOS: "http://10.0.0.1:4777/boot.ipxe",
    .ipxeEFI: "http://10.0.0.1:4777/boot.ipxe",
  ]

  @Test func `finds nothing wrong with the documented answers`() {
    let found = Self.findings(Self.good)
    #expect(found.allSatisfy { $0.severity == .note } && found.count == 4, "\(found)")
  }

  @Test(arguments: [
    (Client.bios, "snponly.efi", "wrong-binary", "PXE on BIOS is told to load snponly.efi"),
    (.efi, "undionly.kpxe", "wrong-binary", "PXE on UEFI is told to load undionly.kpxe"),
    (.ipxeBIOS, "undionly.kpxe", "dhcp", "iPXE loads iPXE, for ever"),
    (.ipxeEFI, "http://10.0.0.3/boot.ipxe", "base-url", "sent to another server"),
    (.bios, "http://10.0.0.1:4777/boot.ipxe", "dhcp", "loads by TFTP only"),
    (.efi, "", "dhcp", "is told no file"),
  ])
  func `finds`(client: Client, file: String, kind: String, text: String) {
    var files = Self.good
    files[client] = file
    let faults = Self.findings(files).filter { $0.severity == .fault }
    #expect(
      faults.count == 1 && faults[0].kind == kind && faults[0].what.contains(text), "\(faults)")
  }

  @Test func `knows nobody, proxies alone, and two servers apart`() throws {
    let none = Self.doctor.findings([:])
    #expect(none.count == 1 && none[0].what == "no DHCP server answers on br0")
    let proxy = try #require(DHCPMessage(offer: Self.offer([(67, "undionly.kpxe")], address: 0)))
    #expect(proxy.address == nil && proxy.server == "10.0.0.2")
    let proxies = Self.doctor.findings([.bios: [proxy]])
    #expect(proxies.contains { $0.what == "nobody on br0 gives addresses" })
    var other = Self.offer([(67, "undionly.kpxe")])
    other.replaceSubrange(245...248, with: [10, 0, 0, 3])
    let both = [Self.offer([(67, "a.kpxe")]), other].compactMap { DHCPMessage(offer: $0) }
    #expect(
      Self.doctor.findings([.bios: both]).contains { $0.seen == "10.0.0.2, 10.0.0.3" })
  }

  @Test func `knows a proxy that names its file when it is asked`() throws {
    let router = try #require(DHCPMessage(offer: Self.offer([])))
    let proxy = try #require(DHCPMessage(offer: Self.offer([(60, "PXEClient")], address: 0)))
    let found = Self.doctor.findings([.efi: [router, proxy], .bios: [router]])
    #expect(
      found.contains {
        $0.severity == .note
          && $0.what == "PXE on UEFI: the proxy 10.0.0.2 names its file on port 4011"
      }, "\(found)")
    #expect(found.contains { $0.what == "PXE on BIOS is told no file to boot" })
    // A server that gives addresses, and HTTP Boot's, name theirs at once.
    for other in [Self.offer([(60, "PXEClient")]), Self.offer([(60, "HTTPClient")], address: 0)] {
      #expect(DHCPMessage(offer: other)?.isProxy == false)
    }
  }

  @Test func `reads the file wherever it stands`() throws {
    #expect(DHCPMessage(offer: Self.offer([], field: "a.kpxe"))?.file == "a.kpxe")
    let hidden = Array([67, 6] + "b.kpxe".utf8 + [255])
    #expect(DHCPMessage(offer: Self.offer([], overload: hidden))?.file == "b.kpxe")
    #expect(DHCPMessage(offer: Self.offer([(66, "tftp.example")]))?.fileServer == "tftp.example")
  }

  @Test func `takes hostile messages for what they are`() {
    let good = Self.offer([(67, "x\u{1b}[2J")])
    #expect(DHCPMessage(offer: good)?.file == "x?[2J")
    for count in 0..<good.count { _ = DHCPMessage(offer: Array(good[..<count])) }
    for index in good.indices {
      for byte: UInt8 in [0, 1, 52, 0xff] {
        var bytes = good
        bytes[index] = byte
        _ = DHCPMessage(offer: bytes)
      }
    }
    for client in Client.allCases {
      let question = DHCPMessage.discover(client, transaction: 1, mac: [2, 0, 0, 0, 0, 1])
      #expect(DHCPMessage(offer: question) == nil && question.count > 300)
    }
  }
}

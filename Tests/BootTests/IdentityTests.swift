// BootTests: who a machine is.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("A name of hardware")
struct HardwareNameTests {
  @Test(arguments: [
    ("52:54:00:12:34:56", "52:54:00:12:34:56"), ("52-54-00-AB-cd-EF", "52:54:00:ab:cd:ef"),
    ("525400123456", "52:54:00:12:34:56"), ("5254.0012.3456", "52:54:00:12:34:56"),
    ("02:00:00:00:00:01", "02:00:00:00:00:01"),
  ])
  func `is a MAC, however it is written`(text: String, mac: String) {
    #expect(MACAddress(text)?.description == mac)
  }

  @Test(arguments: [
    "", "52:54:00:12:34", "52:54:00:12:34:5", "52:54:00:12:34:56:78", "52:54:00-12:34:56",
    "52:54:00:12:34:5g", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01",
    "+2:54:00:12:34:56", "52 54 00 12 34 56", "52:54:00:12:34:56 ", "5254001234567",
  ])
  func `is no MAC of a card`(text: String) { #expect(MACAddress(text) == nil) }

  @Test(arguments: [
    "4C4C4544-0031-3010-8034-B4C04F333232",
    "4c4c45440031301080 34b4c04f333232".filter { $0 != " " },
  ])
  func `is a UUID, however it is written`(text: String) {
    #expect(MachineUUID(text)?.description == "4c4c4544-0031-3010-8034-b4c04f333232")
  }

  @Test(arguments: [
    "", "00000000-0000-0000-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "03000200-0400-0500-0006-000700080009", "12345678-1234-5678-90AB-CDDEEFAABBCC",
    "4c4c4544-0031-3010-8034-b4c04f33323", "4c4c4544-0031-3010-8034-b4c04f3332322",
    "4c4c45440031-3010-8034-b4c04f333232", "4c4c4544-0031-3010-8034-b4c04f33323g",
    "+c4c4544-0031-3010-8034-b4c04f333232",
  ])
  func `is no UUID of one machine`(text: String) { #expect(MachineUUID(text) == nil) }

  @Test(arguments: [
    "0", "0123456789", "VMware-56 4d 1f", "To be filled by O.E.M.", "to be filled by o.e.m",
    "Default string", "None", "N/A", "System Serial Number", "XXXXXXXX", "000000", "....", "-",
    "Not Specified", "INVALID", "No Asset Tag", "123456789",
  ])
  func `is junk that every board has`(text: String) { #expect(JunkIdentity.contains(text)) }

  @Test(arguments: ["0800278e158a-0", "CZC1234567", "5CG0123456", "AB", "é7", "none-1"])
  func `is a serial`(text: String) { #expect(!JunkIdentity.contains(text)) }

  @Test func `is an ID only as it is written`() {
    #expect(MachineID("52-54-00-12-34-56")?.mac?.description == "52:54:00:12:34:56")
    #expect(MachineID("4c4c4544-0031-3010-8034-b4c04f333232")?.uuid != nil)
    for text in ["52:54:00:12:34:56", "4C4C4544-0031-3010-8034-B4C04F333232", "x", "..", ""] {
      #expect(MachineID(text) == nil)
    }
  }
}

@Suite("The parameters of a boot")
struct BootIdentityTests {
  static func identity(_ pairs: [(String, String)]) -> BootIdentity {
    var identity = BootIdentity()
    for (name, value) in pairs {
      if let (parameter, isHex) = BootIdentity.parameter(Array(name.utf8)[...]) {
        identity.read(parameter, Array(value.utf8)[...], isHex: isHex)
      }
    }
    return identity
  }

  @Test func `are taken in plain and in hexadecimal digits, the first of each`() {
    let identity = Self.identity([
      ("uuid", "4c4c4544-0031-3010-8034-b4c04f333232"), ("mac", "52-54-00-00-00-01"),
      ("buildarch", "i386"), ("platform", "pcbios"), ("serial_hex", "532675756964"),
      ("serial", "other"), ("asset", " A-1 "), ("asset_hex", "42"), ("uuid", "x"),
      ("hostname", "node-1.lab"), ("nonsense", "1"),
    ])
    #expect(identity.uuid?.description == "4c4c4544-0031-3010-8034-b4c04f333232")
    #expect(identity.mac?.description == "52:54:00:00:00:01")
    #expect(identity.arch == "i386" && identity.platform == "pcbios")
    #expect(identity.serial == "S&uuid" && identity.asset == "A-1")
    #expect(identity.hostname == "node-1.lab" && identity.canIdentify)
  }

  @Test func `count although they cannot be used`() {
    let identity = Self.identity([
      ("uuid", "junk"), ("uuid", "4c4c4544-0031-3010-8034-b4c04f333232"),
    ])
    #expect(identity.isAsked && !identity.canIdentify)
    #expect(!Self.identity([("profile", "p"), ("uuid_hex", "00")]).isAsked)
  }

  @Test(arguments: ["4", "zz", "ff", "0a", "00", "c3", "e280ae41"])
  func `are unknown where the digits are no printable text`(digits: String) {
    #expect(Self.identity([("serial_hex", digits)]).serial == nil)
  }

  @Test(arguments: ["41420000", "2041422020"])
  func `lose what vendors pad them with`(digits: String) {
    #expect(Self.identity([("serial_hex", digits)]).serial == "AB")
  }

  @Test func `are unknown where they are too long, or no host name`() {
    #expect(Self.identity([("serial", String(repeating: "A1", count: 70))]).serial == nil)
    for name in ["a b", "-a", "a..b", "ä", "a/b", ""] {
      #expect(Self.identity([("hostname", name)]).hostname == nil)
    }
  }
}

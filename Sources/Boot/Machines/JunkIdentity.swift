// Boot/Machines: identities that identify nobody.
// SPDX-License-Identifier: Apache-2.0

/// What vendors leave in a board's fields when they fill in nothing.
enum JunkIdentity {
  /// Beside those of one byte repeated, as all zeros and all ones are.
  static let uuids = [
    "03000200-0400-0500-0006-000700080009",
    "00020003-0004-0005-0006-000700080009",
    "12345678-1234-5678-90ab-cddeefaabbcc",
    "12345678-1234-5678-1234-567812345678",
  ]

  /// In lower case, without what is not a letter or a digit.
  private static let words = Set(
    [
      "tobefilledbyoem", "defaultstring", "notspecified", "notapplicable", "notavailable", "none",
      "na", "null", "unknown", "invalid", "empty", "oem", "systemserialnumber",
      "chassisserialnumber", "baseboardserialnumber", "serialnumber", "systemproductname",
      "noassettag", "noassetinformation", "assettag", "assetserialnumber", "chassisassettag",
      "tobefilled", "filledbyoem", "oemdefault", "123456789", "1234567890", "0123456789",
      "asset1234567890", "localhost", "nil",
    ].map { Array($0.utf8) })

  /// Whether a serial or an asset tag is one that every board of its kind has.
  static func contains(_ text: String) -> Bool {
    let plain = text.utf8.compactMap { byte -> UInt8? in
      switch byte {
      case 0x30...0x39, 0x61...0x7a, 0x80...0xff: byte
      case 0x41...0x5a: byte | 0x20
      default: nil
      }
    }
    guard let first = plain.first else { return true }
    let isVMware = plain.indices.contains { plain[$0...].starts(with: "vmware".utf8) }
    if isVMware || words.contains(plain) { return true }
    return plain.allSatisfy { $0 == first } && (plain.count > 1 || first <= 0x39)
  }
}

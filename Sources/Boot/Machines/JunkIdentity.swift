// Boot/Machines: identities that identify nobody.
// SPDX-License-Identifier: Apache-2.0

/// What vendors leave in a board's fields when they fill in nothing.
enum JunkIdentity {
  /// Beside those of one byte repeated, as all zeros and all ones are.
  static let uuids: Set<String> = [
    "03000200-0400-0500-0006-000700080009",
    "00020003-0004-0005-0006-000700080009",
    "12345678-1234-5678-90ab-cddeefaabbcc",
    "12345678-1234-5678-1234-567812345678",
  ]

  /// In lower case, without what is not a letter or a digit.
  private static let words: Set<String> = [
    "tobefilledbyoem", "defaultstring", "notspecified", "notapplicable", "notavailable", "none",
    "na", "null", "unknown", "invalid", "empty", "oem", "systemserialnumber",
    "chassisserialnumber", "baseboardserialnumber", "serialnumber", "systemproductname",
    "noassettag", "noassetinformation", "assettag", "assetserialnumber", "chassisassettag",
    "tobefilled", "filledbyoem", "oemdefault", "123456789", "1234567890", "0123456789",
    "asset1234567890", "localhost", "nil",
  ]

  /// Whether a serial or an asset tag is one that every board of its kind has.
  static func contains(_ text: String) -> Bool {
    let plain = String(
      String.UnicodeScalarView(
        text.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || isDigit($0) }))
    guard let first = plain.first else { return true }
    if words.contains(plain) || plain.contains("vmware") { return true }
    return plain.allSatisfy { $0 == first } && (plain.count > 1 || first.isNumber)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}

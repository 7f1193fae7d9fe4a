// Boot/Machines/Names: identities that identify nobody.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What vendors leave in a board's fields when they fill in nothing.
enum JunkIdentity {
  /// Beside those that repeat or count; `4c4c4544-0000-2010-8020-80c04f202020` is Dell's blank tag.
  private static let uuids =
    [
      "03000200-0400-0500-0006-000700080009", "00020003-0004-0005-0006-000700080009",
      "12345678-1234-5678-90ab-cddeefaabbcc", "12345678-1234-5678-1234-567812345678",
      "4c4c4544-0000-2010-8020-80c04f202020",
    ].compactMap { MachineUUID(anyBoards: Array($0.utf8)[...]) }

  /// Whether a UUID is one that many boards have, or that no ID can be made of.
  static func contains(_ uuid: MachineUUID) -> Bool {
    if uuids.contains(uuid) || MachineID.isCorner(high: uuid.high, low: uuid.low) { return true }
    func byte(_ index: Int) -> UInt8 {
      UInt8(truncatingIfNeeded: (index < 8 ? uuid.high : uuid.low) >> UInt64(8 * (7 - index % 8)))
    }
    // Firmware writes the first three groups in either byte order.
    func swapped(_ index: Int) -> UInt8 {
      byte(index < 8 ? [3, 2, 1, 0, 5, 4, 7, 6][index] : index)
    }
    return isEven(16, byte) || isEven(16, swapped)
      || isEven(32) { byte($0 / 2) << ($0.isMultiple(of: 2) ? 0 : 4) & 0xf0 }
  }

  /// Whether all steps from one to the next are the same: one byte repeated, or counting up.
  private static func isEven(_ count: Int, _ byte: (Int) -> UInt8) -> Bool {
    let step = byte(1) &- byte(0)
    return (2..<count).allSatisfy { byte($0) &- byte($0 - 1) == step }
  }

  /// In lower case, without what is not a letter or a digit.
  private static let words = Set(
    [
      "tobefilledbyoem", "defaultstring", "notspecified", "notapplicable", "notavailable", "none",
      "na", "null", "unknown", "invalid", "empty", "oem", "systemserialnumber",
      "chassisserialnumber", "baseboardserialnumber", "serialnumber", "systemproductname",
      "noassettag", "noassetinformation", "assettag", "assetserialnumber", "chassisassettag",
      "tobefilled", "filledbyoem", "oemdefault", "asset1234567890", "localhost", "nil",
    ])

  /// Counting up is junk from this length on: `1234` may be somebody's own number.
  private static let countingLength = 5

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
    if isVMware(plain) || words.contains(String(decoding: plain, as: UTF8.self)) { return true }
    if plain.allSatisfy({ $0 == first }) { return plain.count > 1 || first <= 0x39 }
    return plain.count >= countingLength && zip(plain, plain.dropFirst()).allSatisfy(follows)
  }

  private static func isVMware(_ plain: [UInt8]) -> Bool {
    // Hardly any serial has the letter.
    plain.contains(UInt8(ascii: "v"))
      && plain.indices.contains { plain[$0...].starts(with: "vmware".utf8) }
  }

  /// `8` and `9`, `a` and `b`; after `9` comes `0` or `a`.
  private static func follows(_ left: UInt8, _ right: UInt8) -> Bool {
    left < 0x80
      && (right == left + 1 || left == UInt8(ascii: "9") && (right == 0x30 || right == 0x61))
  }
}

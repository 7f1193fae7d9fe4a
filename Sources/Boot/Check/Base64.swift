// Boot/Check: reading base64, and where it is broken.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Base64 with padding (RFC 4648 section 4), on one line.
enum Base64 {
  /// Why a text is none.
  struct Fault: Error, Equatable {
    /// Of the first byte that cannot stand there, in bytes from the text's start.
    let offset: Int
    /// The rest of a sentence.
    let reason: String
  }

  /// The bytes that a text stands for; bits that are left over are passed over.
  static func read(_ text: ArraySlice<UInt8>) -> Result<[UInt8], Fault> {
    func failure(_ index: Int, _ reason: String) -> Result<[UInt8], Fault> {
      .failure(Fault(offset: index - text.startIndex, reason: reason))
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var bits: UInt32 = 0
    let end = text.firstIndex(of: UInt8(ascii: "=")) ?? text.endIndex
    for index in text.startIndex..<end {
      guard let value = value(text[index]) else {
        return failure(index, "holds a character that cannot stand there")
      }
      bits = bits << 6 | UInt32(value)
      if (index - text.startIndex) % 4 == 3 {
        for shift in [16, 8, 0] as [UInt32] {
          bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
      }
    }
    let rest = (end - text.startIndex) % 4
    let padding = text[end...].prefix { $0 == UInt8(ascii: "=") }.count
    if end + padding < text.endIndex { return failure(end + padding, "goes on behind its =") }
    if rest == 1 { return failure(end, "ends in the middle; a character is missing") }
    if padding != (4 - rest) % 4 {
      let reason = "ends in \(padding) =, but needs \((4 - rest) % 4)"
      return failure(padding > (4 - rest) % 4 ? end + (4 - rest) % 4 : end + padding, reason)
    }
    if rest >= 2 { bytes.append(UInt8(truncatingIfNeeded: bits >> (rest == 2 ? 4 : 10))) }
    if rest == 3 { bytes.append(UInt8(truncatingIfNeeded: bits >> 2)) }
    return .success(bytes)
  }

  private static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - 0x41
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x61 + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 0x30 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}

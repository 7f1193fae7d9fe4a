// Boot/Machines/Names: the name of a mainboard.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A machine's UUID as its firmware tells it; written in lower case with dashes.
package struct MachineUUID: Hashable, Sendable, CustomStringConvertible {
  let high: UInt64
  let low: UInt64

  /// - Parameters: of a UUID that was valid.
  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads 32 hexadecimal digits, with dashes or without.
  ///
  /// - Returns: `nil` for anything else, and for the ones that many boards share.
  package init?(_ bytes: ArraySlice<UInt8>) {
    guard let uuid = Self(anyBoards: bytes), !uuid.isJunk else { return nil }
    self = uuid
  }

  /// Reads one as people write it; `nil` for what is none, and for the ones that many boards share.
  package init?(_ text: some StringProtocol) { self.init(Array(text.utf8)[...]) }

  /// The same, junk too: what was a machine's name once stays readable.
  init?(anyBoards bytes: ArraySlice<UInt8>) {
    var (high, low): (UInt64, UInt64) = (0, 0)
    var digits = 0
    var dashes = 0
    for byte in bytes {
      if let digit = Hex.value(byte) {
        if digits < 16 { high = high << 4 | UInt64(digit) } else { low = low << 4 | UInt64(digit) }
        digits += 1
        if digits > 32 { return nil }
        continue
      }
      guard byte == UInt8(ascii: "-"), dashes < 4, digits == [8, 12, 16, 20][dashes] else {
        return nil
      }
      dashes += 1
    }
    guard digits == 32, dashes == 0 || dashes == 4 else { return nil }
    self.init(high: high, low: low)
  }

  /// Whether many boards have it, so that it names none of them.
  package var isJunk: Bool { JunkIdentity.contains(self) }

  /// 36 characters in small letters.
  package var description: String {
    var text: [UInt8] = []
    append(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Adds its 36 characters.
  func append(to text: inout [UInt8]) {
    for index in 0..<16 {
      let half = index < 8 ? high : low
      Hex.append(UInt8(truncatingIfNeeded: half >> UInt64(8 * (7 - index % 8))), to: &text)
      if index == 3 || index == 5 || index == 7 || index == 9 { text.append(UInt8(ascii: "-")) }
    }
  }
}

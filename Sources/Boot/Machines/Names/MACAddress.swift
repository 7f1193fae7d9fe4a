// Boot/Machines/Names: the name of a network card.
// SPDX-License-Identifier: Apache-2.0

import Text

/// An Ethernet address; written `52:54:00:12:34:56`, lower case.
package struct MACAddress: Hashable, Sendable, CustomStringConvertible {
  /// 48 bits.
  let value: UInt64

  /// - Parameter value: of an address that was valid.
  init(valid value: UInt64) { self.value = value }

  /// Reads twelve hexadecimal digits in pairs with `:` or `-`, in fours with `.`, or bare.
  ///
  /// - Returns: `nil` for anything else, and for what no card has: zeros, broadcast, multicast.
  package init?(_ bytes: ArraySlice<UInt8>) {
    var value: UInt64 = 0
    var digits = 0
    var separator: UInt8 = 0
    var separators = 0
    for byte in bytes {
      if let digit = Hex.value(byte) {
        value = value << 4 | UInt64(digit)
        digits += 1
        if digits > 12 { return nil }
        continue
      }
      guard byte == UInt8(ascii: ":") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "."),
        separators == 0 || byte == separator
      else { return nil }
      separator = byte
      separators += 1
      guard digits == separators * (byte == UInt8(ascii: ".") ? 4 : 2) else { return nil }
    }
    let expected = separator == 0 ? 0 : separator == UInt8(ascii: ".") ? 2 : 5
    let isMulticast = value >> 40 & 1 == 1
    guard digits == 12, separators == expected, value != 0, !isMulticast else { return nil }
    self.value = value
  }

  /// Reads one as people write it; `nil` for junk and for what is none.
  package init?(_ text: some StringProtocol) { self.init(Array(text.utf8)[...]) }

  /// `52:54:00:12:34:56`.
  package var description: String { text(separator: UInt8(ascii: ":")) }
  /// `52-54-00-12-34-56`, as iPXE's `:hexhyp` writes it and file names take it.
  package var dashed: String { text(separator: UInt8(ascii: "-")) }

  private func text(separator: UInt8) -> String {
    Hex.text(value, bytes: 6, separator: separator)
  }
}

// Boot/Machines: the two names that hardware has.
// SPDX-License-Identifier: Apache-2.0

import Text

/// An Ethernet address; written `52:54:00:12:34:56`, lower case.
package struct MACAddress: Hashable, Sendable, CustomStringConvertible {
  /// 48 bits.
  private let value: UInt64

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

  package init?(_ text: some StringProtocol) { self.init(Array(text.utf8)[...]) }

  package var description: String { text(separator: UInt8(ascii: ":")) }
  /// `52-54-00-12-34-56`, as iPXE's `:hexhyp` writes it and file names take it.
  package var dashed: String { text(separator: UInt8(ascii: "-")) }

  private func text(separator: UInt8) -> String {
    Hex.text(value, bytes: 6, separator: separator)
  }
}

/// A machine's UUID as its firmware tells it; written in lower case with dashes.
package struct MachineUUID: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  /// Reads 32 hexadecimal digits, with dashes or without.
  ///
  /// - Returns: `nil` for anything else, and for the ones that many boards share.
  package init?(_ bytes: ArraySlice<UInt8>) {
    guard let (high, low) = Self.halves(bytes) else { return nil }
    self.high = high
    self.low = low
    let isOneByteRepeated = high == low && high == (high >> 56) &* 0x0101_0101_0101_0101
    guard !isOneByteRepeated, !Self.shared.contains(where: { $0 == (high, low) }) else {
      return nil
    }
  }

  package init?(_ text: some StringProtocol) { self.init(Array(text.utf8)[...]) }

  private static func halves(_ bytes: ArraySlice<UInt8>) -> (UInt64, UInt64)? {
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
    return digits == 32 && (dashes == 0 || dashes == 4) ? (high, low) : nil
  }

  private static let shared = JunkIdentity.uuids.compactMap { halves(Array($0.utf8)[...]) }

  package var description: String {
    let digits = Array((Hex.text(high, bytes: 8) + Hex.text(low, bytes: 8)).utf8)
    let groups = [digits[..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20...]]
    return String(decoding: Array(groups.joined(separator: [UInt8(ascii: "-")])), as: UTF8.self)
  }
}

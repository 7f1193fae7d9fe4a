// Text: hexadecimal digits.
// SPDX-License-Identifier: Apache-2.0

/// Hexadecimal digits, two a byte.
package enum Hex {
  private static let lowercase = Array("0123456789abcdef".utf8)

  /// What a digit of either case stands for; `nil` where it is none.
  package static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x61 + 10
    case 0x41...0x46: digit - 0x41 + 10
    default: nil
    }
  }

  /// The last bytes of a number, the highest first, in lower case.
  package static func text(_ value: UInt64, bytes count: Int, separator: UInt8? = nil) -> String {
    var text: [UInt8] = []
    for index in (0..<count).reversed() {
      let byte = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))
      text += [lowercase[Int(byte >> 4)], lowercase[Int(byte & 15)]]
      if index > 0, let separator { text.append(separator) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// - Returns: `nil` where a digit is none, or one is missing.
  package static func decoded(_ digits: [UInt8]) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}

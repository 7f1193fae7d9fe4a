// Text: hexadecimal digits.
// SPDX-License-Identifier: Apache-2.0

/// Hexadecimal digits, two a byte.
@usableFromInline package enum Hex {
  /// `0` to `9`, `a` to `f` and `A` to `F`.
  @inlinable package static func isDigit(_ byte: UInt8) -> Bool { value(byte) != nil }

  /// What a digit of either case stands for; `nil` where it is none.
  @inlinable package static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x61 + 10
    case 0x41...0x46: digit - 0x41 + 10
    default: nil
    }
  }

  /// Adds a byte's two digits.
  package static func append(_ byte: UInt8, to text: inout [UInt8], isUppercase: Bool = false) {
    let letters = isUppercase ? UInt8(ascii: "A") : UInt8(ascii: "a")
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : letters + value - 10 }
    text.append(digit(byte >> 4))
    text.append(digit(byte & 15))
  }

  /// In lower case.
  package static func text(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    for byte in bytes { append(byte, to: &text) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The last bytes of a number, the highest first, in lower case.
  package static func text(_ value: UInt64, bytes count: Int, separator: UInt8? = nil) -> String {
    var text: [UInt8] = []
    for index in (0..<count).reversed() {
      append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))), to: &text)
      if index > 0, let separator { text.append(separator) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// - Returns: `nil` where a digit is none, or one is missing.
  package static func decoded(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: digits.startIndex, to: digits.endIndex, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}

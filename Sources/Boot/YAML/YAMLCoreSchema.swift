// Boot/YAML: plain scalars in YAML 1.2.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The core schema's tag resolution (YAML 1.2.2 chapter 10.3.2).
enum YAMLCoreSchema {
  /// - Returns: `nil` for a string.
  static func value(_ bytes: [UInt8]) -> YAMLScalarValue? {
    switch String(decoding: bytes.prefix(6), as: UTF8.self) {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: return number(bytes)
    }
  }

  private static func number(_ bytes: [UInt8]) -> YAMLScalarValue? {
    guard let first = bytes.first, ASCII.isDigit(first) || "+-.".utf8.contains(first) else {
      return nil
    }
    return based(bytes) ?? decimal(bytes) ?? special(bytes)
  }

  private static func based(_ bytes: [UInt8]) -> YAMLScalarValue? {
    let digits = bytes.dropFirst(2)
    guard !digits.isEmpty else { return nil }
    if bytes.starts(with: "0o".utf8) {
      return digits.allSatisfy { $0 &- 0x30 < 8 } ? integer(digits, radix: 8, of: bytes) : nil
    }
    if bytes.starts(with: "0x".utf8) {
      return digits.allSatisfy(Hex.isDigit) ? integer(digits, radix: 16, of: bytes) : nil
    }
    return nil
  }

  /// - Parameter digits: nothing but digits and a sign.
  static func integer(
    _ digits: some Sequence<UInt8>, radix: Int, of bytes: [UInt8]
  ) -> YAMLScalarValue {
    let text = String(decoding: Array(digits), as: UTF8.self)
    return Int(text, radix: radix).map(YAMLScalarValue.int)
      ?? .largeInt(String(decoding: bytes, as: UTF8.self))
  }

  private static func decimal(_ bytes: [UInt8]) -> YAMLScalarValue? {
    var text = YAMLMatcher(bytes)
    _ = text.skip("+-")
    let whole = text.run(ASCII.isDigit)
    if text.isAtEnd, whole > 0 { return integer(bytes, radix: 10, of: bytes) }
    let hasPoint = text.skip(".")
    let fraction = hasPoint ? text.run(ASCII.isDigit) : 0
    guard whole + fraction > 0 else { return nil }
    if text.skip("eE") {
      _ = text.skip("+-")
      guard text.run(ASCII.isDigit) > 0 else { return nil }
    }
    guard text.isAtEnd else { return nil }
    return Double(String(decoding: bytes, as: UTF8.self)).map(YAMLScalarValue.float)
  }

  /// `.inf` and `.nan`, which both schemas have.
  static func special(_ bytes: [UInt8]) -> YAMLScalarValue? {
    switch String(decoding: bytes.prefix(6), as: UTF8.self) {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": .float(.infinity)
    case "-.inf", "-.Inf", "-.INF": .float(-.infinity)
    case ".nan", ".NaN", ".NAN": .float(.nan)
    default: nil
    }
  }
}

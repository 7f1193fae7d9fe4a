// Boot/YAML: plain scalars as PyYAML takes them.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What PyYAML 5 and 6 resolve and construct; YAML 1.1 with its own narrower bools and floats.
enum YAMLPythonSchema {
  /// - Returns: `nil` for a string.
  static func value(_ bytes: [UInt8]) -> YAMLScalarValue? {
    switch String(decoding: bytes.prefix(6), as: UTF8.self) {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
    case "<<": return .merge
    case "=": return .refused("=")
    default: break
    }
    guard let first = bytes.first, ASCII.isDigit(first) || "+-.".utf8.contains(first) else {
      return nil
    }
    return float(bytes) ?? integer(bytes) ?? timestamp(bytes) ?? YAMLCoreSchema.special(bytes)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    ASCII.isDigit(byte) || byte == UInt8(ascii: "_")
  }

  private static func isFurther(_ byte: UInt8, below radix: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (Hex.value(byte).map { $0 < radix } ?? false)
  }

  private static func isEnd(_ text: YAMLMatcher, _ count: Int) -> Bool { text.isAtEnd && count > 0 }

  private static func integer(_ bytes: [UInt8]) -> YAMLScalarValue? {
    var text = YAMLMatcher(bytes)
    _ = text.skip("+-")
    let sign = bytes[..<text.index]
    let rest = bytes[text.index...]
    func number(_ digits: ArraySlice<UInt8>, _ radix: Int) -> YAMLScalarValue {
      let plain = digits.filter { $0 != UInt8(ascii: "_") }
      if plain.isEmpty { return .refused(String(decoding: bytes, as: UTF8.self)) }
      return YAMLCoreSchema.integer(sign + plain, radix: radix, of: bytes)
    }
    for (prefix, radix) in [("0b", 2), ("0x", 16)] where rest.starts(with: prefix.utf8) {
      let digits = rest.dropFirst(2)
      let isNumber = digits.allSatisfy { isFurther($0, below: UInt8(radix)) }
      return isNumber && !digits.isEmpty ? number(digits, radix) : nil
    }
    if rest.first == UInt8(ascii: "0") {
      return rest.allSatisfy { isFurther($0, below: 8) } ? number(rest, 8) : nil
    }
    guard let first = rest.first, ASCII.isDigit(first) else { return nil }
    if rest.allSatisfy(isDigit) { return number(rest, 10) }
    guard let parts = sexagesimal(&text), text.isAtEnd else { return nil }
    var value = 0
    for part in parts {
      let (product, overflows) = value.multipliedReportingOverflow(by: 60)
      let (sum, overflowsToo) = product.addingReportingOverflow(Int(part) ?? Int.max)
      if overflows || overflowsToo { return .largeInt(String(decoding: bytes, as: UTF8.self)) }
      value = sum
    }
    return .int(sign.first == UInt8(ascii: "-") ? -value : value)
  }

  /// Parts between colons, the first of any length and the others below 60; at least two.
  private static func sexagesimal(_ text: inout YAMLMatcher) -> [String]? {
    let start = text.index
    guard let first = text.next, ASCII.isDigit(first) else { return nil }
    _ = text.run(isDigit)
    var parts = [text.text(from: start).filter { $0 != "_" }]
    while text.skip(":") {
      let part = text.index
      guard let digit = text.next, ASCII.isDigit(digit) else { return nil }
      text.index += 1
      if digit < UInt8(ascii: "6"), let second = text.next, ASCII.isDigit(second) {
        text.index += 1
      }
      parts.append(text.text(from: part))
    }
    return parts.count > 1 ? parts : nil
  }

  private static func float(_ bytes: [UInt8]) -> YAMLScalarValue? {
    var text = YAMLMatcher(bytes)
    let hasSign = text.skip("+-")
    let start = text.index
    if let first = text.next, ASCII.isDigit(first) {
      _ = text.run(isDigit)
      if text.next == UInt8(ascii: ":") {
        text.index = start
        return sexagesimalFloat(&text, isNegative: bytes[0] == UInt8(ascii: "-"))
      }
      guard text.skip(".") else { return nil }
      _ = text.run(isDigit)
    } else {
      guard !hasSign, text.skip("."), let first = text.next, ASCII.isDigit(first) else {
        return nil
      }
      _ = text.run(isDigit)
    }
    if text.skip("eE") {
      guard text.skip("+-"), text.run(ASCII.isDigit) > 0 else { return nil }
    }
    guard text.isAtEnd else { return nil }
    let plain = bytes.filter { $0 != UInt8(ascii: "_") }
    return Double(String(decoding: plain, as: UTF8.self)).map(YAMLScalarValue.float)
  }

  private static func sexagesimalFloat(
    _ text: inout YAMLMatcher, isNegative: Bool
  ) -> YAMLScalarValue? {
    guard var parts = sexagesimal(&text) else { return nil }
    let point = text.index
    guard text.skip(".") else { return nil }
    _ = text.run(isDigit)
    guard text.isAtEnd, let last = parts.popLast() else { return nil }
    parts.append(last + text.text(from: point).filter { $0 != "_" })
    var value = 0.0
    var base = 1.0
    for part in parts.reversed() {
      value += (Double(part) ?? 0) * base
      base *= 60
    }
    return .float(isNegative ? -value : value)
  }
}

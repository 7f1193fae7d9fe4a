// Boot/Check/CloudConfig: what a scalar is to the reader of YAML that CoreOS uses.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The kind of a scalar in go-yaml 1: nearly YAML 1.1, where `y` and `n` are bools.
enum GoScalar {
  case null, bool, int, float, text
  /// Its tag says what only the machine can tell.
  case tagged
  /// Its text is not what its tag says.
  case refused

  private static let yaml = "tag:yaml.org,2002:"
  private static let bools: Set<String> = [
    "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE",
    "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE",
  ]

  /// - Returns: `nil` for collections.
  init?(_ node: YAMLNode) {
    guard case .scalar(let text, let style) = node.content else { return nil }
    let plain = Self(plain: text)
    switch node.tag {
    case nil: self = style == .plain ? plain : .text
    case "!", Self.yaml + "str": self = .text
    case Self.yaml + "null": self = plain == .null ? .null : .refused
    case Self.yaml + "bool": self = plain == .bool ? .bool : .refused
    case Self.yaml + "int": self = plain == .int ? .int : .refused
    case Self.yaml + "float": self = plain == .int || plain == .float ? .float : .refused
    default: self = .tagged
    }
  }

  private init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan",
      ".NaN", ".NAN":
      self = .float
    default:
      if Self.bools.contains(text) {
        self = .bool
      } else if let first = text.utf8.first, ASCII.isDigit(first) || "+-.".utf8.contains(first) {
        self = Self.isInt(text) ? .int : Double(text) != nil ? .float : .text
      } else {
        self = .text
      }
    }
  }

  private static func isInt(_ text: String) -> Bool {
    let bytes = text.utf8.filter { $0 != UInt8(ascii: "_") }
    let sign = bytes.prefix { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    guard sign.count < 2 else { return false }
    let prefixes = [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2), ("0", 8)]
    let digits = bytes[sign.count...]
    let (prefix, radix) =
      prefixes.first { digits.count > $0.0.utf8.count && digits.starts(with: $0.0.utf8) } ?? (
        "", 10
      )
    let number = digits.dropFirst(prefix.utf8.count)
    guard number.first.map({ $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }) == true else {
      return false
    }
    return Int(String(decoding: sign + number, as: UTF8.self), radix: radix) != nil
  }
}

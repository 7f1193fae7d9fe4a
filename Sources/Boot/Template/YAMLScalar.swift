// Boot/Template: scalars of YAML.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Scalars of YAML.
enum YAMLScalar {
  /// Whether a text is itself as a plain scalar, a string to every reader.
  ///
  /// - Parameter isInFlow: between `[` and `]` or `{` and `}`, where PyYAML, cloud-init's reader, ends a
  ///   plain scalar at any `?`, and older ones at any colon.
  static func isPlain(_ text: [UInt8], isInFlow: Bool) -> Bool {
    if isInFlow, text.contains(where: { "?:".utf8.contains($0) }) { return false }
    guard let first = text.first, let last = text.last, last != 0x20 else { return false }
    guard ASCII.isAlphanumeric(first) || first == 0x2f || first == 0x5f else { return false }
    for (index, byte) in text.enumerated() {
      switch byte {
      case UInt8(ascii: ":"):
        guard index + 1 < text.count, text[index + 1] != 0x20 else { return false }
      case UInt8(ascii: " "):
        if text[index + 1] == UInt8(ascii: "#") { return false }
      default:
        let plain =
          ASCII.isAlphanumeric(byte) || "_./@+=$%?&;()-".utf8.contains(byte)
        guard plain else { return false }
      }
    }
    return !isOtherThanString(text)
  }

  /// Whether a reader of YAML 1.1 or 1.2 might take the text for a number, a date, a truth.
  private static func isOtherThanString(_ text: [UInt8]) -> Bool {
    let word = String(decoding: text, as: UTF8.self).lowercased()
    if ["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(word) { return true }
    guard let first = text.first, ASCII.isDigit(first) else { return false }
    return word.utf8.allSatisfy { ASCII.isDigit($0) || "abcdefox_.:+-tz ".utf8.contains($0) }
  }

  static func doubleQuoted(_ text: [UInt8]) -> [UInt8] {
    var result = "\""
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where ControlCharacters.contains(scalar):
        result += "\\u" + Hex.text(UInt64(scalar.value), bytes: 2)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return Array((result + "\"").utf8)
  }
}

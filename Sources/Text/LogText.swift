// Text: values in logfmt.
// SPDX-License-Identifier: Apache-2.0

/// logfmt pairs: `key=value`, quoted where the value needs it.
package enum LogText {
  /// ` key=value`, with a blank in front.
  package static func pair(_ key: String, _ value: some Sequence<UInt8>) -> [UInt8] {
    var pair: [UInt8] = [0x20]
    pair.reserveCapacity(key.utf8.count + value.underestimatedCount + 2)
    pair += key.utf8
    pair.append(UInt8(ascii: "="))
    pair += quoted(Array(value))
    return pair
  }

  package static func pair(_ key: String, _ value: String) -> [UInt8] { pair(key, value.utf8) }

  /// A sentence that stays one line, whatever a name in it holds; at most 1,000 characters.
  package static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(1000).map { isHarmless($0) ? $0 : "?" }))
  }

  /// The value as it is where it is one plain word of UTF-8, else in double quotes.
  ///
  /// Control bytes and bytes that are not UTF-8 become `\xNN`, so a line stays one line.
  package static func quoted(_ value: [UInt8]) -> [UInt8] {
    let isPlain =
      !value.isEmpty
      && value.allSatisfy {
        $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
          && $0 != UInt8(ascii: "\\")
      }
    if isPlain { return value }
    let isHarmlessUTF8 = value.contains { $0 >= 0x80 } && isHarmless(value)
    var result: [UInt8] = []
    result.reserveCapacity(value.count + 8)
    result.append(UInt8(ascii: "\""))
    for byte in value {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        result.append(UInt8(ascii: "\\"))
        result.append(byte)
      case 0x20...0x7e: result.append(byte)
      case 0x80...0xff where isHarmlessUTF8: result.append(byte)
      default:
        result += "\\x".utf8
        Hex.append(byte, to: &result)
      }
    }
    result.append(UInt8(ascii: "\""))
    return result
  }

  /// Whether it is UTF-8 that no terminal obeys.
  private static func isHarmless(_ value: [UInt8]) -> Bool {
    guard let text = String(validating: value, as: UTF8.self) else { return false }
    return text.unicodeScalars.allSatisfy { $0.isASCII || isHarmless($0) }
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      ? scalar.value >= 0x20 && scalar.value != 0x7f
      : !ControlCharacters.isBeyondASCII(scalar) && !ControlCharacters.turnsText(scalar)
  }
}

// Text: values in logfmt.
// SPDX-License-Identifier: Apache-2.0

/// logfmt pairs: `key=value`, quoted where the value needs it.
package enum LogText {
  /// ` event=NAME`, whom it is about, and its fields.
  package static func append(_ event: Event, to line: inout [UInt8]) {
    line += " event=".utf8
    line += event.name.text.utf8
    if let subject = event.subject {
      let (key, value) = subject.pair
      append(key, value, to: &line)
    }
    for field in event.fields { append(field.key, field.value, to: &line) }
  }

  /// ` key=value`, with a blank in front.
  package static func append(_ key: String, _ value: ArraySlice<UInt8>, to line: inout [UInt8]) {
    line.append(0x20)
    line += key.utf8
    line.append(UInt8(ascii: "="))
    appendQuoted(value, to: &line)
  }

  private static func append(_ key: String, _ value: Event.Value, to line: inout [UInt8]) {
    line.append(0x20)
    line += key.utf8
    line.append(UInt8(ascii: "="))
    switch value {
    case .text(let text): appendQuoted(text.utf8, to: &line)
    case .bytes(let bytes): appendQuoted(bytes, to: &line)
    }
  }

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
    var result: [UInt8] = []
    appendQuoted(value, to: &result)
    return result
  }

  private static func appendQuoted(_ value: some Collection<UInt8>, to line: inout [UInt8]) {
    let isPlain =
      !value.isEmpty
      && value.allSatisfy {
        $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
          && $0 != UInt8(ascii: "\\")
      }
    if isPlain {
      line += value
      return
    }
    let isHarmlessUTF8 = value.contains { $0 >= 0x80 } && isHarmless(Array(value))
    line.append(UInt8(ascii: "\""))
    for byte in value {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        line.append(UInt8(ascii: "\\"))
        line.append(byte)
      case 0x20...0x7e: line.append(byte)
      case 0x80...0xff where isHarmlessUTF8: line.append(byte)
      default:
        line += "\\x".utf8
        Hex.append(byte, to: &line)
      }
    }
    line.append(UInt8(ascii: "\""))
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

// Boot/YAML: scalars in quotes.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLReader {
  /// Reads a scalar in `"` or `'` (chapters 7.3.1 and 7.3.2).
  ///
  /// - Parameter indent: the smallest one of its further lines.
  mutating func quoted(_ properties: YAMLProperties, indent: Int) throws(YAMLError) {
    let start = position
    let quote = next
    position += 1
    flowIndent = indent
    var text: [UInt8] = []
    // What stands in front of this index stays at a line's end.
    var kept = 0
    while true {
      let run = position
      while position < bytes.count, bytes[position] != quote, !Self.isBreak(bytes[position]),
        bytes[position] != UInt8(ascii: "\\") || quote == UInt8(ascii: "'")
      {
        position += 1
      }
      text += bytes[run..<position]
      if isAtEnd { throw unclosedQuote(start) }
      if Self.isBreak(next) {
        while text.count > kept, let last = text.last, ASCII.isBlank(last) { text.removeLast() }
        let breaks = try foldQuoted(start)
        text.append(contentsOf: breaks == 0 ? [0x20] : Array(repeating: 0x0a, count: breaks))
        kept = text.count
      } else if next == quote {
        position += 1
        guard quote == UInt8(ascii: "'"), next == quote else { break }
        position += 1
        text.append(quote)
      } else {
        try escape(into: &text, start)
        kept = text.count
      }
    }
    emit(
      .scalar(string(text), quote == UInt8(ascii: "'") ? .singleQuoted : .doubleQuoted),
      properties, from: start, to: position)
  }

  private func unclosedQuote(_ start: Int) -> YAMLError {
    error("the text in quotes that began at line \(line(of: start)) has no end", at: start)
  }

  /// Passes over line breaks and the blanks around them.
  ///
  /// - Returns: how many of the breaks stay.
  private mutating func foldQuoted(_ start: Int) throws(YAMLError) -> Int {
    var breaks = -1
    while Self.isBreak(next) {
      skipBreak()
      breaks += 1
      while next == 0x20 { position += 1 }
      lineSpaces = position - lineStart
      position = behindBlanks(at: position)
      lineHasTab = position - lineStart > lineSpaces
    }
    if isAtEnd { throw unclosedQuote(start) }
    if isAtDocumentMarker {
      throw error(
        "a line with --- or ... stands within the text in quotes that began at line"
          + " \(line(of: start))")
    }
    try checkFlowIndent(quote: start)
    return breaks
  }

  /// Reads a backslash and what it escapes (chapter 5.7).
  private mutating func escape(into text: inout [UInt8], _ start: Int) throws(YAMLError) {
    position += 1
    if isAtEnd { throw unclosedQuote(start) }
    if Self.isBreak(next) {
      let breaks = try foldQuoted(start)
      text.append(contentsOf: repeatElement(0x0a, count: breaks))
      return
    }
    let digits: Int
    switch next {
    case UInt8(ascii: "x"): digits = 2
    case UInt8(ascii: "u"): digits = 4
    case UInt8(ascii: "U"): digits = 8
    default:
      guard let scalar = Self.escaped(next) else {
        let rest = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
        throw error(
          "the escape \\\(rest.prefix(1)) is unknown; write \\\\ for a backslash, or use single quotes",
          at: position - 1)
      }
      text += String(scalar).utf8
      position += 1
      return
    }
    let letter = String(Unicode.Scalar(next))
    position += 1
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = Hex.value(next) else {
        throw error("\\\(letter) needs \(digits) hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw error("\\\(letter) names no character here", at: position - digits - 2)
    }
    text += String(scalar).utf8
  }

  private static func escaped(_ letter: UInt8) -> Unicode.Scalar? {
    switch letter {
    case UInt8(ascii: "0"): "\0"
    case UInt8(ascii: "a"): "\u{7}"
    case UInt8(ascii: "b"): "\u{8}"
    case UInt8(ascii: "t"), 0x09: "\t"
    case UInt8(ascii: "n"): "\n"
    case UInt8(ascii: "v"): "\u{b}"
    case UInt8(ascii: "f"): "\u{c}"
    case UInt8(ascii: "r"): "\r"
    case UInt8(ascii: "e"): "\u{1b}"
    case UInt8(ascii: " "): " "
    case UInt8(ascii: "\""): "\""
    case UInt8(ascii: "/"): "/"
    case UInt8(ascii: "\\"): "\\"
    case UInt8(ascii: "N"): "\u{85}"
    case UInt8(ascii: "_"): "\u{a0}"
    case UInt8(ascii: "L"): "\u{2028}"
    case UInt8(ascii: "P"): "\u{2029}"
    default: nil
    }
  }
}

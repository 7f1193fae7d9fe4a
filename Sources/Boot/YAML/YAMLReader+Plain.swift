// Boot/YAML: scalars without quotes.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLReader {
  /// Refuses what no plain scalar begins with (chapter 7.3.3).
  func checkPlainStart(inFlow: Bool) throws(YAMLError) {
    switch next {
    case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
      if isPlainSafe(at: position + 1, inFlow: inFlow) { return }
      let character = String(Unicode.Scalar(next))
      throw error("a \(character) cannot stand alone here; put quotes around it")
    case UInt8(ascii: "@"), UInt8(ascii: "`"):
      let character = String(Unicode.Scalar(next))
      throw error("no value begins with \(character), which is reserved; put quotes around it")
    case UInt8(ascii: "%"):
      throw error(
        position == lineStart
          ? "a line with % needs a line with ... in front of it"
          : "no value begins with %; put quotes around it")
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      let character = String(Unicode.Scalar(next))
      throw error("a text behind \(character) cannot stand here")
    case UInt8(ascii: "#"): throw error("a comment needs a space in front of its #")
    case UInt8(ascii: ","): throw error("no value begins with a comma; put quotes around it")
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      throw error("this bracket closes nothing that is open")
    default: return
    }
  }

  /// Whether a character may follow an indicator that is a part of a plain scalar.
  private func isPlainSafe(at offset: Int, inFlow: Bool) -> Bool {
    !isSpace(at: offset) && !(inFlow && Self.isFlowIndicator(byte(at: offset)))
  }

  /// Reads a plain scalar with all its lines.
  ///
  /// - Parameter indent: the smallest one of its further lines.
  mutating func plain(
    _ properties: YAMLProperties, indent: Int, inFlow: Bool, onOneLine: Bool = false
  ) throws(YAMLError) {
    let start = position
    skipPlainLine(inFlow: inFlow)
    var text: [UInt8] = []
    var hasLines = false
    var line = start
    while !onOneLine, let further = furtherPlainLine(indent: indent, inFlow: inFlow) {
      hasLines = true
      text += bytes[line..<position]
      text.append(
        contentsOf: further.breaks == 0 ? [0x20] : Array(repeating: 0x0a, count: further.breaks))
      lineStart = further.lineStart
      position = further.content
      line = position
      skipPlainLine(inFlow: inFlow)
    }
    let value: String
    if hasLines {
      text += bytes[line..<position]
      value = string(text)
    } else {
      value = string(bytes[start..<position])
    }
    emit(.scalar(value, .plain), properties, from: start, to: position)
  }

  /// Goes behind the last character of a line's part of a plain scalar.
  private mutating func skipPlainLine(inFlow: Bool) {
    var end = position
    var index = position
    loop: while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0x20, 0x09:
        index += 1
        continue
      case 0x0a, 0x0d: break loop
      case UInt8(ascii: ":"):
        if !isPlainSafe(at: index + 1, inFlow: inFlow) { break loop }
      case UInt8(ascii: "#"):
        if index > end { break loop }
      case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
        UInt8(ascii: "}"):
        if inFlow { break loop }
      default: break
      }
      index += 1
      end = index
    }
    position = end
  }

  private struct FurtherLine {
    /// How many line breaks stay.
    var breaks = 0
    var lineStart = 0
    var content = 0
  }

  /// The next line of a plain scalar; `nil` where it has ended.
  private func furtherPlainLine(indent: Int, inFlow: Bool) -> FurtherLine? {
    var index = behindBlanks(at: position)
    guard Self.isBreak(byte(at: index)) else { return nil }
    var line = FurtherLine(breaks: -1)
    var spaces = 0
    while Self.isBreak(byte(at: index)) {
      index = behindBreak(at: index)
      line.breaks += 1
      line.lineStart = index
      while byte(at: index) == 0x20 { index += 1 }
      spaces = index - line.lineStart
      index = behindBlanks(at: index)
    }
    if index >= bytes.count || byte(at: index) == UInt8(ascii: "#") { return nil }
    if spaces < indent, !inFlow || flowIndentation == .strict { return nil }
    if index == line.lineStart, isDocumentMarker(at: index) { return nil }
    if inFlow, Self.isFlowIndicator(byte(at: index)) { return nil }
    if byte(at: index) == UInt8(ascii: ":"), !isPlainSafe(at: index + 1, inFlow: inFlow) {
      return nil
    }
    line.content = index
    return line
  }
}

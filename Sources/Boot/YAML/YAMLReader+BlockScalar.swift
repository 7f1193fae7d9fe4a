// Boot/YAML: texts behind | and >.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLReader {
  private enum Chomping { case strip, clip, keep }

  /// Reads a literal or folded scalar (chapter 8.1).
  mutating func blockScalar(parent: Int, _ properties: YAMLProperties) throws(YAMLError) {
    let start = position
    let isFolded = next == UInt8(ascii: ">")
    position += 1
    var chomping: Chomping?
    var indent: Int?
    while true {
      if next == UInt8(ascii: "-") || next == UInt8(ascii: "+"), chomping == nil {
        chomping = next == UInt8(ascii: "-") ? .strip : .keep
      } else if next &- 0x31 < 9, indent == nil {
        indent = max(parent, 0) + Int(next - 0x30)
      } else {
        break
      }
      position += 1
    }
    let headerEnd = position
    guard isSpace(at: position) else {
      throw error("behind | or > stand + or -, a digit from 1 to 9, and nothing else")
    }
    try endLine()
    if !isAtEnd { skipBreak() }
    var text: [UInt8] = []
    if indent == nil { indent = try detectIndent(parent: parent) }
    let end = try blockLines(
      indent: indent ?? 0, isFolded: isFolded, chomping: chomping ?? .clip, into: &text)
    emit(
      .scalar(string(text), isFolded ? .folded : .literal), properties, from: start,
      to: end ?? headerEnd)
  }

  /// How far the first line that is not empty is indented, at least further than the parent.
  private func detectIndent(parent: Int) throws(YAMLError) -> Int {
    var index = position
    var widest = (spaces: 0, at: position)
    while true {
      let line = index
      while byte(at: index) == 0x20 { index += 1 }
      let spaces = index - line
      if index < bytes.count, Self.isBreak(bytes[index]) {
        if spaces > widest.spaces { widest = (spaces, line) }
        index = behindBreak(at: index)
        continue
      }
      let isContent = index < bytes.count && spaces > parent && !isDocumentMarker(at: line)
      if !isContent {
        if byte(at: index) == 0x09 { throw error(Self.tabIndents, at: index) }
        return max(parent + 1, widest.spaces, index < bytes.count ? 0 : spaces)
      }
      if widest.spaces > spaces {
        throw error(
          "this empty line is indented by \(widest.spaces), and the text below it by \(spaces)",
          at: widest.at)
      }
      return spaces
    }
  }

  /// Reads the lines of a text.
  ///
  /// - Returns: the end of the last one that is not empty.
  private mutating func blockLines(
    indent: Int, isFolded: Bool, chomping: Chomping, into text: inout [UInt8]
  ) throws(YAMLError) -> Int? {
    var breaks = 0
    var end: Int?
    // Whether the line before was not empty, and did not begin with a blank: it can be joined.
    var canFold = false
    while !isAtEnd {
      let line = position
      while position - line < indent, next == 0x20 { position += 1 }
      if Self.isBreak(next) || isAtEnd {
        if Self.isBreak(next) {
          skipBreak()
          breaks += 1
        } else if position > line {
          breaks += 1
        }
        continue
      }
      if position - line < indent || isDocumentMarker(at: position) && position == line {
        if next == 0x09 { throw error(Self.tabIndents) }
        position = line
        break
      }
      let isIndented = ASCII.isBlank(next)
      if isFolded, canFold, !isIndented {
        text.append(contentsOf: breaks == 1 ? [0x20] : Array(repeating: 0x0a, count: breaks - 1))
      } else {
        text.append(contentsOf: repeatElement(0x0a, count: breaks))
      }
      let start = position
      while position < bytes.count, !Self.isBreak(bytes[position]) { position += 1 }
      if keepsTexts { text += bytes[start..<position] }
      end = position
      canFold = !isIndented
      // The end of the text ends its last line, too.
      breaks = 1
      if !isAtEnd { skipBreak() }
    }
    switch chomping {
    case .strip: break
    case .clip: if end != nil, breaks > 0 { text.append(0x0a) }
    case .keep: text.append(contentsOf: repeatElement(0x0a, count: breaks))
    }
    return end
  }
}

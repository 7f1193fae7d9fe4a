// Boot/Template: values in one scalar of YAML.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLPlacement {
  func isBreak(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d }

  /// Takes the author's text over up to a place.
  mutating func copy(to end: Int) { cursor.copy(end - cursor.index) }

  /// A plain scalar with its values; in quotes when it needs them now.
  ///
  /// A value can stand on its first line only, for the others cannot be put in quotes by halves.
  mutating func placePlain(_ scalar: Range<Int>) throws(TemplateError) {
    copy(to: scalar.lowerBound)
    let line = text[scalar].prefix { !isBreak($0) }
    var end = line.endIndex
    while ASCII.isBlank(text[end - 1]) { end -= 1 }
    var written: [UInt8] = []
    var isPlain = false
    while cursor.index < end {
      if cursor.next == TemplateCursor.hole {
        let value = cursor.take().value
        if case .bare = value, end - scalar.lowerBound == 1 { isPlain = true }
        written += value.string.utf8
      } else {
        written.append(text[cursor.index])
        cursor.skip()
      }
    }
    if text[end..<scalar.upperBound].contains(TemplateCursor.hole), let (_, place) = cursor.upcoming
    {
      throw isOfSeveralLines(place)
    }
    if isPlain || YAMLScalar.isPlain(written, isInFlow: isInFlow) {
      cursor.result += written
    } else {
      if line.endIndex < scalar.upperBound, let place = cursor.latest {
        throw isOfSeveralLines(place)
      }
      let hasJinjaQuotes = scalar.contains {
        text[$0] != reading[$0] && "\"\\".utf8.contains(text[$0])
      }
      if hasJinjaQuotes, let place = cursor.latest {
        throw place.error("it would be in quotes with jinja's; use single quotes within the braces")
      }
      cursor.result += YAMLScalar.doubleQuoted(written)
    }
  }

  private func isOfSeveralLines(_ place: TemplatePlace) -> TemplateError {
    place.error(
      "it would be part of a text over several lines; put the text in quotes, or after | or >")
  }

  /// A line with values in quotes or in a block.
  mutating func placeLine(of scalar: Range<Int>, _ style: YAMLScalarStyle) throws(TemplateError) {
    guard let hole = nextHole, let (_, first) = cursor.upcoming else { return }
    let before = text[scalar.lowerBound..<hole]
    let start = before.lastIndex(where: isBreak).map { $0 + 1 } ?? scalar.lowerBound
    let end = text[hole..<scalar.upperBound].firstIndex(where: isBreak) ?? scalar.upperBound
    copy(to: max(start, cursor.index))
    let written = cursor.result.count
    switch style {
    case .singleQuoted, .doubleQuoted: try placeQuoted(to: end, isDouble: style == .doubleQuoted)
    default:
      try placeRaw(to: end)
      try checkBlockStart(start..<end, written, of: scalar, isFolded: style == .folded, first)
    }
    // Three hyphens or dots at a line's start end a document, in quotes and blocks too.
    let head = cursor.result[written...].prefix(3)
    if start > scalar.lowerBound, hole < start + 3,
      head == [0x2d, 0x2d, 0x2d] || head == [0x2e, 0x2e, 0x2e]
    {
      throw first.error("its value cannot begin a line of its own; indent it")
    }
  }

  private mutating func placeQuoted(to end: Int, isDouble: Bool) throws(TemplateError) {
    while let hole = nextHole, hole < end {
      copy(to: hole)
      let (found, place) = cursor.take()
      let value = found.string
      if value.isEmpty || value.hasPrefix(" ") || value.hasSuffix(" "), isAtLineEdge(hole) {
        throw place.error(
          "its value is empty or has blanks at its ends, which are lost where quotes go over"
            + " several lines")
      }
      if isDouble {
        cursor.result += YAMLScalar.doubleQuoted(Array(value.utf8)).dropFirst().dropLast()
      } else {
        guard !ControlCharacters.isIn(value) else {
          throw place.error("its value holds a line break or control character; use double quotes")
        }
        for byte in value.utf8 { cursor.result += byte == 0x27 ? [byte, byte] : [byte] }
      }
    }
    copy(to: end)
  }

  /// Whether nothing but blanks stands on one side of it on its line.
  private func isAtLineEdge(_ hole: Int) -> Bool {
    let before = text[..<hole].last { !ASCII.isBlank($0) }
    let after = text[(hole + 1)...].first { !ASCII.isBlank($0) }
    return before.map(isBreak) ?? true || after.map(isBreak) ?? true
  }

  /// What is taken as it is: a comment, or a line of a block.
  mutating func placeRaw(to end: Int) throws(TemplateError) {
    while let hole = nextHole, hole < end {
      let run = String(decoding: text[cursor.index..<hole], as: UTF8.self)
      copy(to: hole)
      let (value, place) = cursor.take()
      if ControlCharacters.isIn(value.string) {
        throw place.error(
          "its value holds a line break or control character, which cannot stand here;"
            + " use double quotes")
      }
      if run.unicodeScalars.contains(where: ControlCharacters.isBeyondASCII) {
        throw place.error(
          "a character in front of it ends the line for some readers; delete that, or use double"
            + " quotes")
      }
      cursor.result += value.string.utf8
    }
    copy(to: end)
  }

  /// Blanks in front of a block's first line would say how far the block is indented, and in a folded
  /// block that a line is not to be joined to the one before.
  private mutating func checkBlockStart(
    _ line: Range<Int>, _ written: Int, of block: Range<Int>, isFolded: Bool, _ place: TemplatePlace
  ) throws(TemplateError) {
    let indent = text[line].prefix { $0 == 0x20 }.count
    let shown = cursor.result[(written + indent)...]
    guard text[line.lowerBound + indent] == TemplateCursor.hole,
      shown.first.map(ASCII.isBlank) ?? true
    else { return }
    let header = text[block].prefix { !isBreak($0) }
    let above = text[max(emptyEnd, header.endIndex)..<line.lowerBound]
    let isFirst = above.allSatisfy { isBreak($0) || $0 == 0x20 }
    let isTold = header.dropFirst().prefix(2).contains(where: ASCII.isDigit)
    if !isFolded, !isFirst || isTold { return }
    if isFirst, shown.isEmpty, isHarmlessEmpty(line.upperBound, indent) {
      emptyEnd = line.upperBound
      return
    }
    throw place.error(
      "its value begins with a blank or is empty, which cannot begin a block; use quotes")
  }

  /// Whether no line below is indented by more.
  private func isHarmlessEmpty(_ end: Int, _ indent: Int) -> Bool {
    var blanks = 0
    for byte in text[end...] {
      if isBreak(byte) {
        blanks = 0
      } else if ASCII.isBlank(byte) {
        blanks += 1
        if blanks > indent { return false }
      } else {
        return true
      }
    }
    return true
  }
}

// Boot/Template: values in YAML.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Puts values into YAML so that each stays inside the scalar or comment it stands in.
///
/// The reader of YAML says what a place is: to it, a value that is still to come is a letter. What the
/// author wrote is never changed, but for the plain scalar around a value that needs quotes.
struct YAMLPlacement {
  var cursor: TemplateCursor
  let reading: [UInt8]
  private let outline: YAMLOutline
  /// The event and the comment that end behind all that is written.
  private var event = 0
  private var comment = 0
  /// The brackets that are open, the outermost first.
  private var brackets: [Key] = []
  /// Behind the lines that values left empty at a block's beginning.
  var emptyEnd = 0
  var isInFlow: Bool { !brackets.isEmpty }

  /// What may be a key.
  private struct Key {
    let start: Int
    /// How much longer than the author's text the result was when it began.
    let growth: Int
  }

  /// - Parameter reading: what to read in place of the cursor's text, byte for byte as long.
  init(_ cursor: TemplateCursor, reading: [UInt8]) {
    self.cursor = cursor
    self.reading = reading
    outline = YAMLOutline(cursor.all.isEmpty ? [] : reading)
  }

  var text: [UInt8] { cursor.text }
  private var growth: Int { cursor.result.count - cursor.index }

  mutating func place() throws(TemplateError) -> [UInt8] {
    while let hole = nextHole, let (_, place) = cursor.upcoming {
      while comment < outline.comments.count, outline.comments[comment].upperBound <= hole {
        comment += 1
      }
      try passEvents(upTo: hole)
      if comment < outline.comments.count, outline.comments[comment].contains(hole) {
        copy(to: outline.comments[comment].lowerBound)
        try placeRaw(to: outline.comments[comment].upperBound)
      } else if event < outline.events.count, outline.events[event].start.offset <= hole {
        try placeScalar(outline.events[event], place)
      } else {
        throw refusal(of: hole, place)
      }
    }
    try passEvents(upTo: text.count)
    copy(to: text.count)
    return cursor.result
  }

  var nextHole: Int? { text[cursor.index...].firstIndex(of: TemplateCursor.hole) }

  /// Goes to the event that ends behind a place.
  private mutating func passEvents(upTo offset: Int) throws(TemplateError) {
    while event < outline.events.count, outline.events[event].end.offset <= offset {
      let passed = outline.events[event]
      // What no bracket begins or ends takes up no room.
      switch passed.kind {
      case .sequenceStart where passed.start != passed.end,
        .mappingStart where passed.start != passed.end:
        brackets.append(Key(start: keyStart(passed), growth: growth))
      case .sequenceEnd where passed.start != passed.end,
        .mappingEnd where passed.start != passed.end:
        if let key = brackets.popLast() { try check(key, to: passed.end.offset) }
      default: break
      }
      event += 1
    }
  }

  private mutating func placeScalar(
    _ scalar: YAMLEvent, _ place: TemplatePlace
  ) throws(TemplateError) {
    let (start, end) = (scalar.start.offset, scalar.end.offset)
    guard case .scalar(_, let style) = scalar.kind else { throw refusal(of: start, place) }
    let key = Key(start: keyStart(scalar), growth: growth)
    switch style {
    case .plain: try placePlain(start..<end)
    default: try placeLine(of: start..<end, style)
    }
    try check(key, to: end)
  }

  /// Where a node begins with its anchor and tag, as far as they are on its line.
  private func keyStart(_ node: YAMLEvent) -> Int {
    let least = event > 0 ? outline.events[event - 1].end.offset : 0
    var start = node.start.offset
    while start > least, !isBreak(text[start - 1]) { start -= 1 }
    return start
  }

  /// A key has 1024 characters on one line at most (YAML 1.2.2 section 7.4.2).
  private func check(_ key: Key, to end: Int) throws(TemplateError) {
    guard growth != key.growth, end - key.start + growth - key.growth > 1000,
      text[end...].first(where: { !ASCII.isBlank($0) }) == UInt8(ascii: ":"),
      let place = cursor.latest
    else { return }
    throw place.error("its value makes a key of more than 1,000 bytes, which YAML does not have")
  }

  /// Why no value can stand where there is neither a scalar nor a comment.
  private func refusal(of hole: Int, _ place: TemplatePlace) -> TemplateError {
    let isRead = event < outline.events.count || hole < outline.readEnd
    let error = isRead ? nil : outline.error
    if let offset = error?.offset, offset == hole - 1, text[offset] == UInt8(ascii: "\\") {
      return place.error("a backslash stands in front of it")
    }
    guard let error, let offset = error.offset, offset != hole else {
      let digits = text[..<hole].reversed().prefix { Hex.isDigit($0) }.count
      let isEscape = error != nil && hole - digits >= 2 && text[hole - digits - 2] == 0x5c
      return place.error(
        isEscape
          ? "it would become part of the escape in front of it"
          : "no value can stand here: it is neither in a text nor in place of one")
    }
    let line = text[..<offset].count { $0 == 0x0a } + 1
    return place.error(
      "no value can stand here, for line \(line) of the rendered text is no YAML: \(error.reason)")
  }
}

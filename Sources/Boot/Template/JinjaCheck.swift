// Boot/Template: what jinja would read.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Values in a text that jinja reads before YAML does.
enum JinjaCheck {
  /// Refuses what jinja would take for its own.
  static func check(_ cursor: TemplateCursor) throws(TemplateError) {
    var values = cursor.all[...]
    var end: UInt8 = 0
    var previous: UInt8 = 0
    for (index, byte) in cursor.text.enumerated() {
      defer { previous = byte }
      if byte == TemplateCursor.hole, let (value, place) = values.popFirst() {
        let next = index + 1 < cursor.text.count ? cursor.text[index + 1] : 0
        try check(value.string, place, isInside: end != 0, previous, next)
      } else if end != 0 {
        if byte == UInt8(ascii: "}"), previous == end { end = 0 }
      } else if previous == UInt8(ascii: "{"), "{%#".utf8.contains(byte) {
        end = byte == UInt8(ascii: "{") ? UInt8(ascii: "}") : byte
      }
    }
  }

  private static func check(
    _ value: String, _ place: TemplatePlace, isInside: Bool, _ previous: UInt8, _ next: UInt8
  ) throws(TemplateError) {
    if isInside {
      guard TemplateCheck.isPlain(value, place), !value.isEmpty else {
        throw place.error("within jinja's braces its value can be a plain word only")
      }
      return
    }
    let brace = UInt8(ascii: "{")
    let marks = "{%#".utf8
    let isBeforeMark = marks.contains(next) || next == TemplateCursor.hole
    let isBehindBrace = previous == brace || previous == TemplateCursor.hole
    let joins =
      value.isEmpty
      ? isBehindBrace && isBeforeMark
      : isBehindBrace && marks.contains(value.utf8.first ?? 0)
        || isBeforeMark && value.utf8.last == brace
    if joins || ["{{", "{%", "{#"].contains(where: value.contains) {
      throw place.error("its value holds or makes {{, {% or {#, which jinja would read")
    }
  }

  /// The text as YAML's reader sees it, byte for byte as long: what jinja puts in is a word, and what it
  /// takes away is not there.
  ///
  /// Braces with a value between them stay, and are YAML's.
  static func covered(_ cursor: TemplateCursor) -> [UInt8] {
    var text = cursor.text
    var index = 0
    while let start = text[index...].firstIndex(of: UInt8(ascii: "{")), start + 1 < text.count {
      index = start + 1
      guard "{%#".utf8.contains(text[index]) else { continue }
      let mark = text[index] == UInt8(ascii: "{") ? UInt8(ascii: "}") : text[index]
      var end = index + 2
      while end < text.count, text[end] != UInt8(ascii: "}") || text[end - 1] != mark { end += 1 }
      guard end < text.count else { break }
      index = end + 1
      if text[start..<index].contains(TemplateCursor.hole) { continue }
      let cover = mark == UInt8(ascii: "}") ? UInt8(ascii: "x") : fill(text, start..<index)
      for place in start..<index where text[place] != 0x0a { text[place] = cover }
    }
    return text
  }

  /// Nothing is left of a line that has nothing else on it.
  private static func fill(_ text: [UInt8], _ part: Range<Int>) -> UInt8 {
    let before = text[..<part.lowerBound].last { !ASCII.isBlank($0) }
    let after = text[part.upperBound...].first { !ASCII.isBlank($0) && $0 != 0x0d }
    return (before ?? 0x0a) == 0x0a && (after ?? 0x0a) == 0x0a ? 0x0a : 0x20
  }
}

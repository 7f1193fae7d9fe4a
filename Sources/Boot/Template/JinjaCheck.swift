// Boot/Template: what jinja would read.
// SPDX-License-Identifier: Apache-2.0

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
}

// Boot/Template: values in TOML.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Values in TOML 1.0: quoted where they stand alone, escaped in quotes, plain in keys.
struct TOMLPlacement {
  private enum Mode: Equatable {
    /// Before or in a key; before a value; behind either, until what ends it.
    case key, value, behindKey, behindValue
    case comment
    case string(quote: UInt8, isLong: Bool)
  }

  private enum Bracket { case array, table, header }

  private var cursor: TemplateCursor
  private var mode = Mode.key
  /// What goes on behind a string or comment.
  private var outer = Mode.key
  private var brackets: [Bracket] = []
  /// Digits of `\u` that are still to come, or one after a backslash.
  private var escaped = 0

  static func place(_ cursor: TemplateCursor) throws(TemplateError) -> [UInt8] {
    var placement = TOMLPlacement(cursor: cursor)
    return try placement.place()
  }

  private init(cursor: TemplateCursor) { self.cursor = cursor }

  private mutating func place() throws(TemplateError) -> [UInt8] {
    while let byte = cursor.next {
      if byte == TemplateCursor.hole {
        try placeValue()
        continue
      }
      switch mode {
      case .comment:
        if byte == 0x0a { endLine() }
        cursor.copy()
      case .string(let quote, let isLong): readString(byte, quote, isLong)
      case .key, .value, .behindKey, .behindValue: readSyntax(byte)
      }
    }
    return cursor.result
  }

  private mutating func endLine() {
    mode = mode == .comment ? outer : mode
    if brackets.isEmpty || brackets == [.header] {
      brackets = []
      mode = .key
    }
  }

  private mutating func readSyntax(_ byte: UInt8) {
    switch byte {
    case 0x0a: endLine()
    case UInt8(ascii: "#"):
      outer = mode
      mode = .comment
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return beginString(byte)
    case UInt8(ascii: "=") where mode == .key || mode == .behindKey: mode = .value
    case UInt8(ascii: "[") where mode == .key && brackets != [.table]: brackets = [.header]
    case UInt8(ascii: "["):
      brackets.append(.array)
      mode = .value
    case UInt8(ascii: "{"):
      brackets.append(.table)
      mode = .key
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      _ = brackets.popLast()
      mode = .behindValue
    case UInt8(ascii: ","): mode = brackets.last == .array ? .value : .key
    case UInt8(ascii: ".") where mode == .behindKey: mode = .key
    case 0x20, 0x09, 0x0d: break
    default: if mode == .value { mode = .behindValue }
    }
    cursor.copy()
  }

  private mutating func beginString(_ quote: UInt8) {
    outer = mode == .key || mode == .behindKey ? .behindKey : .behindValue
    let isLong =
      mode == .value && cursor.byte(at: 1) == quote && cursor.byte(at: 2) == quote
    mode = .string(quote: quote, isLong: isLong)
    escaped = 0
    cursor.copy(isLong ? 3 : 1)
  }

  private mutating func readString(_ byte: UInt8, _ quote: UInt8, _ isLong: Bool) {
    if quote == UInt8(ascii: "\""), readEscape(byte) { return cursor.copy() }
    if !isLong {
      if byte == quote { mode = outer }
      if byte == 0x0a {
        mode = outer
        endLine()
      }
      return cursor.copy()
    }
    guard byte == quote, cursor.byte(at: 1) == quote, cursor.byte(at: 2) == quote else {
      return cursor.copy()
    }
    // Up to two quotes may stand in front of the three that end it.
    var count = 3
    while count < 5, cursor.byte(at: count) == quote { count += 1 }
    cursor.copy(count)
    mode = outer
  }

  /// - Returns: whether the byte belongs to an escape.
  private mutating func readEscape(_ byte: UInt8) -> Bool {
    if escaped == -1 {
      switch byte {
      case UInt8(ascii: "u"): escaped = 4
      case UInt8(ascii: "U"): escaped = 8
      default: escaped = 0
      }
      return true
    }
    if escaped > 0 {
      escaped -= 1
      return byte != UInt8(ascii: "\"")
    }
    if byte == UInt8(ascii: "\\") {
      escaped = -1
      return true
    }
    return false
  }

  private mutating func placeValue() throws(TemplateError) {
    let before = cursor.byte(at: -1)
    let (value, place) = cursor.take()
    let text = value.string
    switch mode {
    case .comment:
      try TemplateCheck.line(text, place)
      cursor.result += text.utf8
    case .string(UInt8(ascii: "'"), let isLong):
      try TemplateCheck.line(text, place, hint: "; use double quotes")
      guard !text.utf8.contains(UInt8(ascii: "'")) else {
        throw place.error(
          "its value holds a ', which cannot stand in such quotes; use double quotes")
      }
      if isLong { try checkEmpty(text, UInt8(ascii: "'"), before, place) }
      cursor.result += text.utf8
    case .string(_, let isLong):
      guard escaped == 0 else { throw place.error("a backslash stands in front of it") }
      if isLong { try checkEmpty(text, UInt8(ascii: "\""), before, place) }
      appendEscaped(text, keepsBlank: !isLong)
    case .key: try placeKey(text, before, place)
    case .value: try placeAlone(value, before, place)
    case .behindKey, .behindValue: throw isGlued(place)
    }
  }

  private func isGlued(_ place: TemplatePlace) -> TemplateError {
    place.error("a value stands alone here, or in quotes together with other text")
  }

  /// An empty value would let the quotes on both of its sides end the string, and the line's end behind
  /// it be the one that the opening quotes swallow.
  private func checkEmpty(
    _ text: String, _ quote: UInt8, _ before: UInt8?, _ place: TemplatePlace
  ) throws(TemplateError) {
    guard text.isEmpty, before == quote || before == TemplateCursor.hole else { return }
    if let next = cursor.next, next == quote || next <= 0x20 || next == TemplateCursor.hole {
      throw place.error("its value is empty, which cannot stand beside the quotes of such a text")
    }
  }

  private mutating func placeKey(
    _ text: String, _ before: UInt8?, _ place: TemplatePlace
  ) throws(TemplateError) {
    let isPlain = text.utf8.allSatisfy(Self.isKey)
    guard isPlain, !text.isEmpty else {
      throw place.error("a key without quotes has letters, digits, _ and - only; use quotes")
    }
    cursor.result += text.utf8
    // What is not glued to it must go on with the key or end it.
    guard let next = cursor.next, Self.isKey(next) || next == TemplateCursor.hole else {
      let next = cursor.firstWord(after: 0)
      guard let next, ".=]".utf8.contains(next), isAtKey(before) else { throw isGlued(place) }
      return
    }
    guard isAtKey(before) else { throw isGlued(place) }
  }

  /// Whether a key goes on or begins behind a byte.
  private func isAtKey(_ before: UInt8?) -> Bool {
    guard let before, before == 0x20 || before == 0x09 else {
      return before != UInt8(ascii: "\"") && before != UInt8(ascii: "'")
    }
    var offset = -2
    while let byte = cursor.byte(at: offset), byte == 0x20 || byte == 0x09 { offset -= 1 }
    guard let byte = cursor.byte(at: offset) else { return true }
    return "\n.[{,".utf8.contains(byte)
  }

  private static func isKey(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  private mutating func placeAlone(
    _ value: TemplateValue, _ before: UInt8?, _ place: TemplatePlace
  ) throws(TemplateError) {
    let isFree = before.map { " \t\n=[,".utf8.contains($0) } ?? false
    let next = cursor.firstWord(after: 0)
    guard isFree, next.map({ "\r\n#,]}".utf8.contains($0) }) ?? true else { throw isGlued(place) }
    mode = .behindValue
    if case .bare(let text) = value {
      cursor.result += text.utf8
      return
    }
    cursor.result.append(UInt8(ascii: "\""))
    appendEscaped(value.string, keepsBlank: true)
    cursor.result.append(UInt8(ascii: "\""))
  }

  private mutating func appendEscaped(_ text: String, keepsBlank: Bool) {
    var isFirst = true
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": cursor.result += "\\\"".utf8
      case "\\": cursor.result += "\\\\".utf8
      case "\n": cursor.result += "\\n".utf8
      case "\r": cursor.result += "\\r".utf8
      case "\t": cursor.result += "\\t".utf8
      // A backslash at the end of the line before would swallow it.
      case " " where isFirst && !keepsBlank: cursor.result += "\\u0020".utf8
      case _ where ControlCharacters.contains(scalar):
        cursor.result += "\\u\(Hex.text(UInt64(scalar.value), bytes: 2))".utf8
      default: cursor.result += UTF8.encode(scalar).map(Array.init) ?? []
      }
      isFirst = false
    }
  }
}

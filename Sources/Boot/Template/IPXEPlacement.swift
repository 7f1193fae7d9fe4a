// Boot/Template: values in a script of iPXE.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Values in a script of iPXE: each is a word, or part of one.
///
/// iPXE knows no quotes: it splits a line at white space (src/core/exec.c), and a command puts the
/// words together again with one blank between. So blanks stay only where the author put quotes
/// round, which are for whoever reads the command line then.
struct IPXEPlacement {
  private var cursor: TemplateCursor
  private var isComment = false
  private var isQuoted = false
  /// How many `${` are open.
  private var settings = 0
  /// A backslash has joined this line to the one before, and perhaps this word.
  private var isJoined = false
  private var isAtLineStart = true
  /// Where the word began in the result, and the last value in it.
  private var wordStart = 0
  private var placed: TemplatePlace?

  static func place(_ cursor: TemplateCursor) throws(TemplateError) -> [UInt8] {
    var placement = IPXEPlacement(cursor: cursor)
    return try placement.place()
  }

  private init(cursor: TemplateCursor) { self.cursor = cursor }

  private mutating func place() throws(TemplateError) -> [UInt8] {
    while let byte = cursor.next {
      if byte == TemplateCursor.hole {
        try placeValue()
      } else {
        try read(byte)
        cursor.copy()
      }
    }
    try endLine()
    return cursor.result
  }

  private mutating func read(_ byte: UInt8) throws(TemplateError) {
    switch byte {
    case 0x0a:
      try endLine()
    case 0x20, 0x09, 0x0b, 0x0c:
      try endWord()
      wordStart = cursor.result.count + 1
      isJoined = false
    case UInt8(ascii: "#") where cursor.result.count == wordStart && !isJoined && placed == nil:
      isComment = true
    case UInt8(ascii: "\""): isQuoted.toggle()
    case UInt8(ascii: "{") where cursor.byte(at: -1) == UInt8(ascii: "$"): settings += 1
    case UInt8(ascii: "}") where settings > 0: settings -= 1
    default: break
    }
    if byte > 0x20 { isAtLineStart = false }
  }

  private mutating func endLine() throws(TemplateError) {
    var end = cursor.result.count
    if cursor.result.last == 0x0d { end -= 1 }
    let joins = end > 0 && cursor.result[end - 1] == UInt8(ascii: "\\")
    if joins, let placed {
      let isByValue = cursor.byte(at: cursor.result.last == 0x0d ? -2 : -1) == TemplateCursor.hole
      let word = cursor.result[min(wordStart, end)..<end]
      if isByValue || word.contains(where: Self.couldBeSyntax) {
        throw placed.error("the next line would be joined to it")
      }
    }
    try endWord()
    wordStart = cursor.result.count + 1
    isJoined = joins
    if joins { return }
    (isComment, isQuoted, settings, isAtLineStart) = (false, false, 0, true)
  }

  private static func couldBeSyntax(_ byte: UInt8) -> Bool { "|&;#".utf8.contains(byte) }

  /// Looks at a word that holds a value.
  private mutating func endWord() throws(TemplateError) {
    guard let place = placed else { return }
    placed = nil
    if isComment { return }
    var word = cursor.result[min(wordStart, cursor.result.count)...]
    if word.last == 0x0d { word = word.dropLast() }
    guard !word.isEmpty else { throw place.error("its value is empty, and would be no word") }
    let isSyntax = isJoined && word.contains(where: Self.couldBeSyntax)
    guard isSyntax || ScriptText.dangerousToken(in: Array(word)) != nil else { return }
    throw place.error(
      "it would make the word \"\(String(decoding: word, as: UTF8.self))\", where iPXE begins a"
        + " comment or another command")
  }

  private mutating func placeValue() throws(TemplateError) {
    let before = cursor.byte(at: -1)
    let (found, place) = cursor.take()
    let value = found.string
    try TemplateCheck.line(value, place)
    placed = place
    defer { isAtLineStart = false }
    if isComment {
      if value.hasSuffix("\\"), cursor.next == UInt8(ascii: "\\") {
        throw place.error("the next line would be joined to it")
      }
      cursor.result += value.utf8
      return
    }
    guard !value.utf8.contains(where: { "\"'\\\t".utf8.contains($0) }) else {
      throw place.error("its value holds a quote, a backslash or a tab, which iPXE cannot quote")
    }
    try checkSetting(value, before, place)
    if isAtLineStart, value.utf8.first ?? 0x3a == UInt8(ascii: ":") {
      throw place.error("its value would make a label of the line")
    }
    if value.utf8.contains(0x20) {
      let words = value.split(separator: " ", omittingEmptySubsequences: false)
      guard isQuoted, words.allSatisfy({ !$0.isEmpty }) else {
        throw place.error(
          "its value holds blanks, at which iPXE splits a line; single ones can stand within \"...\""
        )
      }
    }
    cursor.result += value.utf8
  }

  /// `${` begins a setting, whoever wrote which of the two.
  private func checkSetting(
    _ value: String, _ before: UInt8?, _ place: TemplatePlace
  ) throws(TemplateError) {
    if settings > 0 {
      guard !value.isEmpty, value.utf8.allSatisfy(ASCII.isAlphanumeric) else {
        throw place.error("within ${...} its value can have letters and digits only")
      }
      return
    }
    let next = cursor.next
    let isBeforeBrace = next == UInt8(ascii: "{") || next == TemplateCursor.hole
    let isBehindDollar = cursor.result.last == UInt8(ascii: "$")
    let joins =
      value.isEmpty
      ? isBehindDollar && isBeforeBrace
      : isBehindDollar && value.utf8.first == UInt8(ascii: "{")
        || isBeforeBrace && value.utf8.last == UInt8(ascii: "$")
    if joins || value.contains("${") {
      throw place.error("its value would make ${, where iPXE puts a setting in")
    }
  }
}

// Boot/Template: values in a preseed file.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Values in a preseed file: `owner question type value`, a line each (debconf-set-selections).
///
/// A value keeps to its line, and in a command to its word.
struct PreseedPlacement {
  private enum Kind {
    case plain, command
    /// Names that blanks split, and choices that commas do.
    case names, choices
  }

  private var cursor: TemplateCursor
  private var isComment = false
  /// 0 to 2 are owner, question and type; 3 is the answer.
  private var field = 0
  private var isInField = false
  private var question: [UInt8] = []
  private var type: [UInt8] = []
  /// The last value in the question's name.
  private var named: TemplatePlace?
  private var kind = Kind.plain
  private var shell = ShellQuoting()
  /// Nothing but blanks stands in front, in the answer.
  private var isAnswerBlank = true

  static func place(_ cursor: TemplateCursor) throws(TemplateError) -> [UInt8] {
    var placement = PreseedPlacement(cursor: cursor)
    return try placement.place()
  }

  private init(cursor: TemplateCursor) { self.cursor = cursor }

  private mutating func place() throws(TemplateError) -> [UInt8] {
    while cursor.next != nil {
      if field == 3, kind == .plain || kind == .choices, !isAnswerBlank || isComment {
        // Nothing of the rest means anything before the line's end.
        cursor.copyUpToSyntax()
      } else if isInField, field < 3, !isComment {
        let word = cursor.word
        if field == 1 { question += word }
        if field == 2 { type += word }
        cursor.copy(word.count)
      }
      guard let byte = cursor.next else { break }
      if byte == TemplateCursor.hole {
        try placeValue()
      } else if byte == UInt8(ascii: "\\"), let count = lineEnd(at: 1) {
        cursor.copy(1 + count)
      } else if byte == 0x0a || byte == 0x0d, let count = lineEnd(at: 0) {
        cursor.copy(count)
        endLine()
      } else {
        try read(byte)
        cursor.copy()
      }
    }
    return cursor.result
  }

  /// How many bytes the end of the line has that stands there.
  private func lineEnd(at offset: Int) -> Int? {
    switch cursor.byte(at: offset) {
    case 0x0a: 1
    case 0x0d where cursor.byte(at: offset + 1) == 0x0a: 2
    default: nil
    }
  }

  private mutating func endLine() {
    (isComment, field, isInField) = (false, 0, false)
    question.removeAll(keepingCapacity: true)
    type.removeAll(keepingCapacity: true)
    named = nil
  }

  private mutating func read(_ byte: UInt8) throws(TemplateError) {
    if isComment { return }
    let isBlank = byte == 0x20 || (0x09...0x0d).contains(byte)
    if field == 3 {
      if !isBlank { isAnswerBlank = false }
      if kind == .command { try shell.read(byte) }
    } else if isBlank {
      if isInField { try endField() }
    } else if byte == UInt8(ascii: "#"), field == 0, !isInField {
      isComment = true
    } else {
      append(byte)
    }
  }

  private mutating func append(_ byte: UInt8) {
    isInField = true
    if field == 1 { question.append(byte) }
    if field == 2 { type.append(byte) }
  }

  private mutating func endField() throws(TemplateError) {
    field += 1
    isInField = false
    guard field == 3 else { return }
    isAnswerBlank = true
    let isCommand = question.suffix(8).elementsEqual("_command".utf8)
    let isNames = ["preseed/run", "preseed/include"].contains { question.elementsEqual($0.utf8) }
    if let named, isCommand || isNames {
      throw named.error("its value would make a command of the answer")
    }
    kind = isCommand ? .command : isNames ? .names : .plain
    if kind == .plain, type.elementsEqual("multiselect".utf8) { kind = .choices }
    if isCommand { shell = ShellQuoting() }
  }

  private mutating func placeValue() throws(TemplateError) {
    let (found, place) = cursor.take()
    let value = found.string
    try TemplateCheck.line(value, place)
    if isComment {
      cursor.result += value.utf8
    } else if field < 3 {
      guard TemplateCheck.isPlain(value, place), !value.isEmpty else {
        throw place.error(
          "owner, question and type are one word each; there its value can have letters, digits"
            + " and _./:@%+=,- only")
      }
      for byte in value.utf8 { append(byte) }
      if field == 1 { named = place }
      cursor.result += value.utf8
    } else {
      try placeAnswer(value, place)
    }
    // What a value leaves behind must not join the next line.
    let backslash = UInt8(ascii: "\\")
    let isAtEnd = cursor.next == nil || lineEnd(at: cursor.next == backslash ? 1 : 0) != nil
    if cursor.result.last == backslash, isAtEnd {
      throw place.error("a backslash at the line's end would join the next one to it")
    }
  }

  private mutating func placeAnswer(
    _ value: String, _ place: TemplatePlace
  ) throws(TemplateError) {
    defer { isAnswerBlank = false }
    switch kind {
    case .command: cursor.result += try shell.written(value, place)
    case .names:
      let name = try ShellPlacement.plain(value, place, reader: "the installer, which splits names")
      cursor.result += name.utf8
    case .choices where value.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\\") }:
      throw place.error("its value holds a comma or backslash, which would make two choices of it")
    case .choices, .plain:
      let isBlank = { (byte: UInt8?) in byte == 0x20 || byte == 0x09 }
      let isAtEnd = cursor.firstWord(after: 0).map { $0 == 0x0a || $0 == 0x0d } ?? true
      if isAnswerBlank && isBlank(value.utf8.first) || isAtEnd && isBlank(value.utf8.last) {
        throw place.error("its value begins or ends with a blank, which would be lost")
      }
      cursor.result += value.utf8
    }
  }
}

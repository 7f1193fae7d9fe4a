// Boot/Template: values in JSON.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Values in JSON: quoted where they stand bare, escaped where they stand in quotes, and as percent
/// escapes in a `data:` URL (RFC 2397), which is how Ignition has a file's contents.
struct JSONPlacement {
  private enum Kind { case plain, url, base64URL }

  private var cursor: TemplateCursor
  /// Where the string around began, in the author's text.
  private var start: Int?
  /// Its first comma, where a `data:` URL's contents begin.
  private var comma: Int?
  private var isEscaped = false
  /// Digits of `\u0000` that are still to come.
  private var digits = 0

  static func place(_ cursor: TemplateCursor) throws(TemplateError) -> [UInt8] {
    var placement = JSONPlacement(cursor: cursor)
    return try placement.place()
  }

  private init(cursor: TemplateCursor) { self.cursor = cursor }

  private mutating func place() throws(TemplateError) -> [UInt8] {
    while let byte = cursor.next {
      if byte == TemplateCursor.hole {
        try placeValue()
      } else {
        read(byte)
        cursor.copy()
      }
    }
    return cursor.result
  }

  private mutating func read(_ byte: UInt8) {
    if digits > 0 { digits -= 1 }
    if isEscaped {
      isEscaped = false
      if byte == UInt8(ascii: "u") { digits = 4 }
    } else if byte == UInt8(ascii: "\"") {
      start = start == nil ? cursor.index + 1 : nil
      comma = nil
      digits = 0
    } else if byte == UInt8(ascii: ",") {
      if comma == nil { comma = cursor.index }
    } else {
      isEscaped = byte == UInt8(ascii: "\\") && start != nil
    }
  }

  private mutating func placeValue() throws(TemplateError) {
    let kind = kind
    let isBehindPercent = [-1, -2].contains { cursor.byte(at: $0) == UInt8(ascii: "%") }
    let (value, place) = cursor.take()
    guard !isEscaped else { throw place.error("a backslash stands in front of it") }
    guard digits == 0 else { throw place.error("it would become part of the \\u in front of it") }
    let text = value.string
    switch kind {
    case .url:
      guard !isBehindPercent else {
        throw place.error("it would become part of the percent escape in front of it")
      }
      cursor.result += PercentCoding.encodedSegment(text.utf8)
    case .base64URL:
      guard text.utf8.allSatisfy({ ASCII.isAlphanumeric($0) || "+/=".utf8.contains($0) }) else {
        throw place.error("its value is no base64, and the data: URL around it is")
      }
      cursor.result += text.utf8
    case .plain where start != nil:
      cursor.result += JSONWriter.quoted(text.utf8).utf8.dropFirst().dropLast()
    case .plain:
      if case .bare = value {
        cursor.result += text.utf8
      } else {
        cursor.result += JSONWriter.quoted(text.utf8).utf8
      }
    }
  }

  /// What the string is in which a value stands.
  private var kind: Kind {
    guard let start else { return .plain }
    let string = cursor.text[start..<cursor.index]
    guard ASCII.equal(string.prefix(5), "data:") else { return .plain }
    guard let comma else { return .url }
    return ASCII.equal(string[..<comma].suffix(7), ";base64") ? .base64URL : .url
  }
}

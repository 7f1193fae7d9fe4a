// Boot/Template: what Butane does to placeholders.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Makes placeholders again of what Butane made of them in `data:` URLs: `%7B%7Bmachine.id%7D%7D`.
enum DataURLReader {
  private static let open = Array("%7b%7b".utf8)
  private static let close = Array("%7d%7d".utf8)
  private static let backslash = Array("%5c".utf8)

  /// - Returns: JSON in which only such placeholders have changed.
  /// - Throws: ``TemplateError`` for an `include`, which would bring text that is not escaped.
  static func decoded(_ json: [UInt8], file: String) throws(TemplateError) -> [UInt8] {
    guard json.contains(UInt8(ascii: "%")) else { return json }
    var result: [UInt8] = []
    result.reserveCapacity(json.count)
    var index = 0
    var line = 1
    while index < json.count {
      let byte = json[index]
      if byte == 0x0a { line += 1 }
      guard byte == UInt8(ascii: "\"") else {
        result.append(byte)
        index += 1
        continue
      }
      let end = self.end(of: json, from: index + 1)
      let string = json[index..<end]
      if isURL(string.dropFirst()) {
        try decode(string, into: &result, at: (file, line))
      } else {
        result += string
      }
      line += string.count { $0 == 0x0a }
      index = end
    }
    return result
  }

  /// Where the string ends whose first byte is at `index`: behind its quote.
  private static func end(of json: [UInt8], from index: Int) -> Int {
    var index = index
    while index < json.count {
      switch json[index] {
      case UInt8(ascii: "\""): return index + 1
      case UInt8(ascii: "\\"): index += 2
      default: index += 1
      }
    }
    return json.count
  }

  private static func isURL(_ string: ArraySlice<UInt8>) -> Bool {
    guard ASCII.equal(string.prefix(5), "data:") else { return false }
    let comma = string.firstIndex(of: UInt8(ascii: ",")) ?? string.endIndex
    return !ASCII.equal(string[..<comma].suffix(7), ";base64")
  }

  private static func starts(_ text: ArraySlice<UInt8>, _ mark: [UInt8]) -> Bool {
    text.count >= mark.count && zip(text, mark).allSatisfy { ASCII.lowercased($0) == $1 }
  }

  private static func decode(
    _ string: ArraySlice<UInt8>, into result: inout [UInt8], at place: (file: String, line: Int)
  ) throws(TemplateError) {
    var index = string.startIndex
    while index < string.endIndex {
      guard string[index] == UInt8(ascii: "%") else {
        result.append(string[index])
        index += 1
        continue
      }
      let rest = string[index...]
      // `\{{` is two braces, and stays two escaped ones.
      if starts(rest, backslash), starts(rest.dropFirst(3), open) {
        result += rest.dropFirst(3).prefix(6)
        index += 9
      } else if starts(rest, open), let (tag, end) = tag(rest.dropFirst(6)) {
        if tag.starts(with: "include".utf8) {
          throw TemplateError(
            file: place.file, line: place.line,
            reason: "an include cannot stand in a data: URL, for it would not be escaped")
        }
        result += "{{".utf8
        result += tag
        result += "}}".utf8
        index = end
      } else {
        result.append(string[index])
        index += 1
      }
    }
  }

  /// What stands between the braces, and where they end; `nil` where it is no tag of one line.
  private static func tag(_ text: ArraySlice<UInt8>) -> (tag: [UInt8], end: Int)? {
    var index = text.startIndex
    while index < text.endIndex, !starts(text[index...], close) { index += 1 }
    guard index < text.endIndex, let raw = PercentCoding.decoded(text[..<index]) else { return nil }
    var tag = raw[...]
    while tag.first == 0x20 { tag = tag.dropFirst() }
    while tag.last == 0x20 { tag = tag.dropLast() }
    guard !tag.contains(where: ASCII.isControl) else { return nil }
    return (Array(tag), index + close.count)
  }
}

// Boot/Check/Answers: lines and words as Python sees them.
// SPDX-License-Identifier: Apache-2.0

/// What `str.splitlines()` and `shlex.split()` make of a text.
enum PythonLines {
  /// A line without its end, and whether it has one.
  struct Line {
    let range: Range<Int>
    let isEnded: Bool
  }

  /// A word with quotes and backslashes resolved, and where it begins.
  struct Word {
    var bytes: [UInt8] = []
    let start: Int

    var string: String { String(decoding: bytes, as: UTF8.self) }
  }

  /// Why `shlex` refuses a line, and at which byte.
  enum WordFault: Error {
    case openQuote(at: Int)
    case openEscape(at: Int)
  }

  /// `str.splitlines()`: LF, CR, VT, FF, FS, GS, RS, U+0085, U+2028 and U+2029 end a line.
  static func lines(_ bytes: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var (start, index) = (0, 0)
    while index < bytes.count {
      let count = end(bytes, at: index)
      if count > 0 {
        lines.append(Line(range: start..<index, isEnded: true))
        start = index + count
      }
      index += max(count, 1)
    }
    if start < bytes.count { lines.append(Line(range: start..<bytes.count, isEnded: false)) }
    return lines
  }

  private static func end(_ bytes: [UInt8], at index: Int) -> Int {
    func next(_ offset: Int) -> UInt8? {
      index + offset < bytes.count ? bytes[index + offset] : nil
    }
    switch bytes[index] {
    case 0x0d: return next(1) == 0x0a ? 2 : 1
    case 0x0a...0x0c, 0x1c...0x1e: return 1
    case 0xc2 where next(1) == 0x85: return 2
    case 0xe2 where next(1) == 0x80 && (next(2) == 0xa8 || next(2) == 0xa9): return 3
    default: return 0
    }
  }

  /// The first character that `str.isspace()` does not hold for.
  static func firstCharacter(_ bytes: [UInt8], in line: Range<Int>) -> Int? {
    var offset = line.lowerBound
    for scalar in String(decoding: bytes[line], as: UTF8.self).unicodeScalars {
      let isSpace = scalar.properties.isWhitespace || (0x1c...0x1f).contains(scalar.value)
      if !isSpace { return offset }
      offset += UTF8.width(scalar)
    }
    return nil
  }

  /// `shlex.split(line, comments=...)`.
  ///
  /// A `#` begins a comment in a word, too; in double quotes a backslash counts before `"` and `\`.
  static func words(
    _ bytes: [UInt8], _ line: Line, comments: Bool = true
  ) throws(WordFault) -> [Word] {
    var (words, word): ([Word], Word?) = ([], nil)
    var index = line.range.lowerBound
    func start(_ word: inout Word?, at index: Int) { word = word ?? Word(start: index) }
    scan: while index < line.range.upperBound {
      let byte = bytes[index]
      switch byte {
      case 0x20, 0x09:
        if let done = word { words.append(done) }
        word = nil
      case UInt8(ascii: "#") where comments: break scan
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        start(&word, at: index)
        index = try quoted(bytes, line, from: index, into: &word)
      case UInt8(ascii: "\\"):
        start(&word, at: index)
        index += 1
        if index < line.range.upperBound {
          word?.bytes.append(bytes[index])
        } else if !line.isEnded {
          throw .openEscape(at: index - 1)
        }
      default:
        start(&word, at: index)
        word?.bytes.append(byte)
      }
      index += 1
    }
    if let word { words.append(word) }
    return words
  }

  /// - Returns: where the closing quote is.
  private static func quoted(
    _ bytes: [UInt8], _ line: Line, from start: Int, into word: inout Word?
  ) throws(WordFault) -> Int {
    let quote = bytes[start]
    var index = start + 1
    while index < line.range.upperBound {
      if bytes[index] == quote { return index }
      if bytes[index] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""),
        index + 1 < line.range.upperBound
      {
        let next = bytes[index + 1]
        if next != quote, next != UInt8(ascii: "\\") { word?.bytes.append(bytes[index]) }
        index += 1
      }
      word?.bytes.append(bytes[index])
      index += 1
    }
    throw .openQuote(at: start)
  }
}

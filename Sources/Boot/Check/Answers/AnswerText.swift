// Boot/Check/Answers: a text, its lines, and what was found in it.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A text as the checks of installers' files read it: bytes, and places for a person.
struct AnswerText {
  /// What is told of one file; nobody reads more.
  private static let limit = 100

  let bytes: [UInt8]
  private let file: String
  /// Where the lines begin; only LF ends one, as in an editor.
  private let starts: [Int]
  private(set) var findings: [Finding] = []

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == 0x0a { starts.append(index + 1) }
    self.starts = starts
  }

  /// The lines without their ends: LF, or CR and LF; a CR at the end of the last.
  var lines: [Range<Int>] {
    starts.indices.map { index in
      let start = starts[index]
      let end = index + 1 < starts.count ? starts[index + 1] - 1 : bytes.count
      return start..<(end > start && bytes[end - 1] == 0x0d ? end - 1 : end)
    }
  }

  subscript(offset: Int) -> UInt8? { bytes.indices.contains(offset) ? bytes[offset] : nil }

  func isAt(_ offset: Int, _ text: String) -> Bool {
    offset <= bytes.count && bytes[offset...].starts(with: text.utf8)
  }

  /// The line of a byte, from 1.
  func line(at offset: Int) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  func place(at offset: Int) -> FilePlace {
    let offset = min(offset, bytes.count)
    let line = line(at: offset)
    let before = bytes[starts[line - 1]..<offset]
    return FilePlace(line: line, column: 1 + before.count { $0 & 0xc0 != 0x80 })
  }

  /// Whether enough was found, so that a check ends.
  var isFull: Bool { findings.count > Self.limit }

  mutating func report(
    _ severity: Finding.Severity, _ rule: String, at offset: Int, _ sentence: String
  ) {
    if isFull { return }
    let isLast = findings.count == Self.limit
    let severity = isLast ? .note : severity
    let sentence = isLast ? "not checked: the rest, for too much is wrong" : sentence
    findings.append(Finding(file: file, place(at: offset), severity, rule, sentence))
  }

  /// The byte that JSON's reader means, which counts lines and bytes from 1.
  func offset(line: Int, column: Int) -> Int {
    guard starts.indices.contains(line - 1) else { return bytes.count }
    return min(starts[line - 1] + column - 1, bytes.count)
  }

  /// The words of a range, which blanks split; VT, FF and mostly CR are blanks, too.
  func words(of range: Range<Int>, joinedByReturns: Bool = false) -> [Range<Int>] {
    var (words, start): ([Range<Int>], Int?) = ([], nil)
    for index in range {
      if joinedByReturns, bytes[index] == 0x0d, start != nil { continue }
      if bytes[index] == 0x20 || (0x09...0x0d).contains(bytes[index]) {
        if let begun = start { words.append(begun..<index) }
        start = nil
      } else if start == nil {
        start = index
      }
    }
    if let start { words.append(start..<range.upperBound) }
    return words
  }

  func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// A piece of the text in quotes, for a sentence.
  func quoted(_ range: Range<Int>) -> String { Self.quoted(string(range)) }

  /// The character at a byte, for a sentence.
  func character(at offset: Int) -> String {
    guard offset < bytes.count else { return "the end of the file" }
    if bytes[offset] == 0x0a || isAt(offset, "\r\n") { return "the line's end" }
    let length = max(1, UTF8Sequence.length(bytes[offset...]))
    return quoted(offset..<offset + length)
  }
}

extension AnswerText {
  /// In quotes, on one line, with what no terminal should obey as `\u{..}`; at most 60 characters.
  static func quoted(_ text: String) -> String {
    let mark = text.contains("\"") && !text.contains("'") ? "'" : "\""
    var result = mark
    for scalar in text.unicodeScalars.prefix(60) {
      if ControlCharacters.contains(scalar) || ControlCharacters.turnsText(scalar) {
        result += scalar == "\r" ? "\\r" : scalar == "\t" ? "\\t" : hex(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result + (text.unicodeScalars.count > 60 ? "..." : "") + mark
  }

  private static func hex(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16))}"
  }

  /// `; did you mean "NAME"?`, or nothing.
  static func hint(for wrong: String, in names: some Collection<String>) -> String {
    guard wrong.utf8.count <= 40, let name = Nearest.name(to: wrong, in: names.sorted()) else {
      return ""
    }
    return "; did you mean \(quoted(name))?"
  }

  /// Reports a text that is not UTF-8, or that begins with a mark.
  ///
  /// - Returns: whether it did, and nothing else should be said.
  mutating func reportEncoding(allowsMark: Bool = false) -> Bool {
    if let name = TextEncoding.name(of: bytes) {
      report(.error, "encoding", at: 0, "the text is \(name); save it as UTF-8")
      return true
    }
    if !allowsMark, let mark = ByteOrderMark.complaint(about: bytes) {
      report(.error, "encoding", at: 0, "the text \(mark)")
      return true
    }
    guard let bad = firstBadByte else { return false }
    let byte = Hex.text([bytes[bad]]).uppercased()
    report(.error, "encoding", at: bad, "the byte \(byte) is not UTF-8; save the file as UTF-8")
    return true
  }

  private var firstBadByte: Int? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var offset = 0
    while offset < bytes.count {
      let length = bytes[offset] < 0x80 ? 1 : UTF8Sequence.length(bytes[offset...])
      if length == 0 { return offset }
      offset += length
    }
    return nil
  }
}

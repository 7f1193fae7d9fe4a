// Boot/YAML: white space, comments and line breaks.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLReader {
  static let tabIndents = "a tab cannot indent; use spaces"

  /// The byte at an offset; 0 behind the end, for no text holds that.
  func byte(at offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  var next: UInt8 { byte(at: position) }

  var isAtEnd: Bool { position >= bytes.count }

  static func isBreak(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d }

  static func isFlowIndicator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"):
      true
    default: false
    }
  }

  /// Whether a blank, a line break or the end is there.
  func isSpace(at offset: Int) -> Bool {
    let byte = byte(at: offset)
    return ASCII.isBlank(byte) || Self.isBreak(byte) || byte == 0
  }

  /// An indicator that white space must follow.
  func isIndicator(_ indicator: UInt8) -> Bool {
    next == indicator && isSpace(at: position + 1)
  }

  /// Whether `position` is at what a line begins with.
  var isAtLineContent: Bool { position == lineContent }

  /// In columns, from 0; correct where only ASCII is in front, as in front of block collections.
  func column(of offset: Int) -> Int { offset - lineStart }

  /// Whether `---` or `...` stands at the beginning of a line (chapter 9.1.2).
  func isDocumentMarker(at offset: Int) -> Bool {
    let first = byte(at: offset)
    guard first == UInt8(ascii: "-") || first == UInt8(ascii: ".") else { return false }
    return byte(at: offset + 1) == first && byte(at: offset + 2) == first
      && isSpace(at: offset + 3)
  }

  var isAtDocumentMarker: Bool { position == lineStart && isDocumentMarker(at: position) }

  /// The offset behind a line break.
  func behindBreak(at offset: Int) -> Int {
    offset + (byte(at: offset) == 0x0d && byte(at: offset + 1) == 0x0a ? 2 : 1)
  }

  func behindBlanks(at offset: Int) -> Int {
    var offset = offset
    while offset < bytes.count, ASCII.isBlank(bytes[offset]) { offset += 1 }
    return offset
  }

  mutating func skipBreak() {
    position = behindBreak(at: position)
    lineStart = position
  }

  mutating func skipComment() {
    let start = position
    while position < bytes.count, !Self.isBreak(bytes[position]) { position += 1 }
    if !keepsTexts { comments.append(start..<position) }
  }

  /// Passes over blanks, comments and line breaks (chapters 6.1 to 6.7).
  mutating func skipToContent() {
    if isAtLineContent { return }
    while true {
      let start = position
      while next == 0x20 { position += 1 }
      let spaces = position - start
      position = behindBlanks(at: position)
      if next == UInt8(ascii: "#"), position == lineStart || ASCII.isBlank(bytes[position - 1]) {
        skipComment()
      }
      if Self.isBreak(next) {
        skipBreak()
        continue
      }
      if start == lineStart {
        lineContent = position
        lineSpaces = spaces
        lineHasTab = position - start > spaces
      }
      return
    }
  }

  /// Makes sure that a line holds nothing more but a comment.
  mutating func endLine() throws(YAMLError) {
    let start = position
    position = behindBlanks(at: position)
    if next == UInt8(ascii: "#"), position > start { skipComment() }
    if isAtEnd || Self.isBreak(next) { return }
    throw error(
      next == UInt8(ascii: "#")
        ? "a comment needs a space in front of its #"
        : "nothing may follow the value on this line but a comment")
  }
}

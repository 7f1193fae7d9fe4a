// Boot/YAML: documents and directives.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLReader {
  /// Documents up to the end (chapter 9.2).
  mutating func stream() throws(YAMLError) {
    emit(.streamStart, from: 0, to: 0)
    var needsMarker = false
    while true {
      skipToContent()
      if isAtDocumentMarker, next == UInt8(ascii: ".") {
        position += 3
        try endLine()
        needsMarker = false
        continue
      }
      if isAtEnd { break }
      let hasDirectives = !needsMarker && next == UInt8(ascii: "%") && position == lineStart
      if hasDirectives { try directives() }
      let isExplicit = isAtDocumentMarker && next == UInt8(ascii: "-")
      if hasDirectives, !isExplicit { throw error("--- is missing after a line with %") }
      if needsMarker, !isExplicit { throw error(outsider) }
      needsMarker = try !document(isExplicit: isExplicit)
    }
    emit(.streamEnd, from: bytes.count, to: bytes.count)
  }

  /// - Returns: whether `...` ended it.
  private mutating func document(isExplicit: Bool) throws(YAMLError) -> Bool {
    let start = position
    if isExplicit { position += 3 }
    emit(.documentStart(isExplicit: isExplicit), from: start, to: position)
    try blockNode(parent: -1)
    try finishNode()
    tagHandles = [:]
    skipToContent()
    guard isAtDocumentMarker, next == UInt8(ascii: ".") else {
      emit(.documentEnd(isExplicit: false), from: lastEnd, to: lastEnd)
      return false
    }
    emit(.documentEnd(isExplicit: true), from: position, to: position + 3)
    position += 3
    try endLine()
    return true
  }

  /// What is wrong with a line behind a document's only value.
  private var outsider: String {
    if lineHasTab { return Self.tabIndents }
    if next == UInt8(ascii: "%") { return "a line with % needs a line with ... in front of it" }
    return "this line does not belong to the value above it"
  }

  /// Lines with `%` (chapter 6.8).
  private mutating func directives() throws(YAMLError) {
    var hasVersion = false
    while next == UInt8(ascii: "%"), position == lineStart {
      let start = position
      let words = directiveWords()
      if words[0] == Array("YAML".utf8) {
        if hasVersion { throw error("%YAML stands here twice", at: start) }
        hasVersion = true
        try version(words.dropFirst(), at: start)
      } else if words[0] == Array("TAG".utf8) {
        try tagHandle(words.dropFirst(), at: start)
      } else if words[0].isEmpty {
        throw error("a name is missing after %", at: start)
      }
      skipToContent()
    }
  }

  /// The words of a line behind its `%`, at least one, up to a comment.
  private mutating func directiveWords() -> [[UInt8]] {
    position += 1
    var words: [[UInt8]] = []
    repeat {
      let start = position
      while !isSpace(at: position) { position += 1 }
      words.append(Array(bytes[start..<position]))
      position = behindBlanks(at: position)
    } while !isSpace(at: position) && next != UInt8(ascii: "#")
    if next == UInt8(ascii: "#") { skipComment() }
    return words
  }

  private func version(_ words: ArraySlice<[UInt8]>, at start: Int) throws(YAMLError) {
    let parts = words.first?.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard words.count == 1, let parts, parts.count == 2,
      let major = ASCII.number(parts[0]), ASCII.number(parts[1]) != nil
    else { throw error("%YAML needs a version as 1.2, and nothing else", at: start) }
    guard major == 1 else { throw error("only YAML 1 can be read", at: start) }
  }

  private mutating func tagHandle(_ words: ArraySlice<[UInt8]>, at start: Int) throws(YAMLError) {
    guard words.count == 2, let handle = words.first, let prefix = words.last,
      handle.first == UInt8(ascii: "!"), handle.last == UInt8(ascii: "!"),
      handle.dropFirst().dropLast().allSatisfy(Self.isWord), let first = prefix.first,
      first == UInt8(ascii: "!") || !Self.isFlowIndicator(first)
    else {
      throw error("%TAG needs a handle as !e! and a prefix as tag:example.com,2000:", at: start)
    }
    let name = String(decoding: handle, as: UTF8.self)
    if tagHandles[name] != nil { throw error("%TAG \(name) stands here twice", at: start) }
    guard let decoded = Self.decodedURI(prefix[...]) else {
      throw error("the prefix of %TAG \(name) holds a character that no tag can hold", at: start)
    }
    tagHandles[name] = decoded
  }

  static func isWord(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-")
  }

  /// Characters of a URI with `%` and two digits resolved (chapter 5.6).
  static func decodedURI(_ text: ArraySlice<UInt8>) -> String? {
    var result: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == UInt8(ascii: "%") {
        guard index + 2 < text.endIndex, let byte = Hex.decoded(text[index + 1...index + 2]) else {
          return nil
        }
        result += byte
        index += 3
      } else {
        guard isURI(text[index]) else { return nil }
        result.append(text[index])
        index += 1
      }
    }
    return String(validating: result, as: UTF8.self)
  }

  static func isURI(_ byte: UInt8) -> Bool {
    if isWord(byte) { return true }
    switch byte {
    case 0x21, 0x23...0x2c, 0x2e, 0x2f, 0x3a, 0x3b, 0x3d, 0x3f, 0x40, 0x5b, 0x5d, 0x5f, 0x7e:
      return true
    default: return false
    }
  }
}

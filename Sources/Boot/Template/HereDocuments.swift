// Boot/Template: here-documents of a shell.
// SPDX-License-Identifier: Apache-2.0

/// Here-documents: what ends each, and whether a line is in one.
struct HereDocuments {
  private struct Delimiter {
    var word: [UInt8] = []
    var isWithoutTabs = false
    var isQuoted = false
  }

  private var pending: [Delimiter] = []
  private var current: Delimiter?
  private var reading: Delimiter?
  private var quote: UInt8 = 0
  private var hasBegun = false
  private var isEscaped = false
  private var line: [UInt8] = []
  private var placed: TemplatePlace?

  /// Whether a byte here could be one of a document, or of the word that ends it.
  var isActive: Bool { current != nil || reading != nil }
  var isInBody: Bool { current != nil }
  var isReadingDelimiter: Bool { reading != nil }
  var isPending: Bool { !pending.isEmpty }

  /// Behind `<<`.
  mutating func begin() {
    reading = Delimiter()
    (quote, hasBegun, isEscaped) = (0, false, false)
  }

  /// - Returns: whether the byte is no part of the word that ends the document.
  mutating func readDelimiter(_ byte: UInt8) -> Bool {
    guard var word = reading else { return true }
    defer { if reading != nil { reading = word } }
    if isEscaped {
      isEscaped = false
      word.word.append(byte)
      return false
    }
    if quote != 0 {
      if byte == quote { quote = 0 } else { word.word.append(byte) }
      return false
    }
    switch byte {
    case UInt8(ascii: "<") where !hasBegun && !word.isWithoutTabs:
      // Bash's <<< is no document.
      reading = nil
      return false
    case UInt8(ascii: "-") where !hasBegun && !word.isWithoutTabs: word.isWithoutTabs = true
    case 0x20 where !hasBegun, 0x09 where !hasBegun: return false
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      (quote, hasBegun, word.isQuoted) = (byte, true, true)
    case UInt8(ascii: "\\"):
      (isEscaped, hasBegun, word.isQuoted) = (true, true, true)
    case _ where ShellWords.endsWord(byte):
      pending.append(word)
      reading = nil
      return true
    default:
      hasBegun = true
      word.word.append(byte)
    }
    return false
  }

  /// At a line's end outside of quotes.
  mutating func beginBody() {
    guard !pending.isEmpty else { return }
    current = pending.removeFirst()
    line = []
  }

  mutating func add(_ value: String, _ place: TemplatePlace) {
    line += value.utf8
    placed = place
  }

  /// - Returns: whether what follows cannot be told any more.
  mutating func readBody(_ byte: UInt8) throws(TemplateError) -> Bool {
    guard let delimiter = current else { return false }
    guard byte == 0x0a else {
      line.append(byte)
      return false
    }
    defer { (line, placed) = ([], nil) }
    let text = delimiter.isWithoutTabs ? line.drop { $0 == 0x09 } : line[...]
    if text.elementsEqual(delimiter.word) {
      if let placed { throw placed.error("its value would end the here-document") }
      current = pending.isEmpty ? nil : pending.removeFirst()
      return false
    }
    return !delimiter.isQuoted && line.last == UInt8(ascii: "\\")
  }
}

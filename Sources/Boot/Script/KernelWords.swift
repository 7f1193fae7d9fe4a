// Boot/Script: words on a kernel's command line that hold values.
// SPDX-License-Identifier: Apache-2.0

import Text

/// One text of `args`: words for a kernel's command line, with places for values.
///
/// A value with blanks is put in quotes, which Linux takes off again (lib/cmdline.c, next_arg). What no quotes
/// save is refused: iPXE would take it for syntax, or lose a blank.
package struct KernelWords: Sendable {
  enum Part: Sendable {
    /// What the author wrote, and URLs of ours.
    case text([UInt8])
    case value([UInt8])
    case hole(ScriptHole)
    case machine(TemplateVariable, isShown: Bool)
  }

  let parts: [Part]
  /// Whether they stand though no machine's value does: nothing or something else of them is filled in.
  let isKept: Bool
  /// As messages name it.
  let file: String
  let key: String

  /// Whether it is the same for every machine.
  var isSame: Bool {
    !parts.contains { if case .machine = $0 { true } else { false } }
  }

  /// The words with a blank in front; `nil` where all their places are empty.
  ///
  /// - Parameters:
  ///   - value: of a machine; what it throws is thrown.
  ///   - hole: what stands there.
  func line(
    value: (TemplateVariable) throws(BootError) -> String, hole: (ScriptHole, inout [UInt8]) -> Void
  ) throws(BootError) -> [UInt8]? {
    var quoter = WordQuoter()
    var isKept = isKept
    for part in parts {
      switch part {
      case .text(let text): quoter.add(text)
      case .hole(let place):
        var text: [UInt8] = []
        hole(place, &text)
        quoter.add(text)
      case .value(let text): try add(text, to: &quoter)
      case .machine(let variable, let isShown):
        let text = Array(try value(variable).utf8)
        if !isShown, text.isEmpty || text.elementsEqual("false".utf8) { return nil }
        if text.isEmpty { continue }
        isKept = true
        if isShown { try add(text, to: &quoter) }
      }
    }
    guard isKept, !quoter.text.isEmpty else { return nil }
    quoter.endWord()
    try check(quoter)
    return [0x20] + quoter.text
  }

  /// Adds the words of one machine, with a blank in front, or nothing.
  ///
  /// Most values are plain words, which can join with nothing to anything else: for them it is enough that the
  /// words were good with a letter in each place, when they were made.
  func append(
    to text: inout [UInt8], value: (TemplateVariable) throws(BootError) -> String,
    hole: (ScriptHole, inout [UInt8]) -> Void
  ) throws(BootError) {
    let start = text.count
    var isKept = isKept
    text.append(0x20)
    for part in parts {
      switch part {
      case .text(let bytes), .value(let bytes): text += bytes
      case .hole(let place): hole(place, &text)
      case .machine(let variable, let isShown):
        let found = try value(variable)
        // Two hyphens may be a word of their own.
        let mayEndWords = found.utf8.count <= 2 && found.utf8.first == UInt8(ascii: "-")
        guard isShown, !mayEndWords, found.utf8.allSatisfy(Self.isPlain) else {
          text.removeSubrange(start...)
          text += try line(value: value, hole: hole) ?? []
          return
        }
        if !found.isEmpty { isKept = true }
        text += found.utf8
      }
    }
    if !isKept || text.count == start + 1 { text.removeSubrange(start...) }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    if ASCII.isAlphanumeric(byte) { return true }
    switch byte {
    // + , - . / and :
    case 0x2b...0x2f, UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "%"),
      UInt8(ascii: "="):
      return true
    default: return false
    }
  }

  private func add(_ value: [UInt8], to quoter: inout WordQuoter) throws(BootError) {
    if let fault = Self.fault(in: value) {
      throw .badArgument(file: file, key: key, reason: fault, value: value)
    }
    quoter.add(value: value)
  }

  /// What came of it: values may have joined with what stands beside them.
  private func check(_ quoter: WordQuoter) throws(BootError) {
    if let fault = ScriptText.fault(in: quoter.text, before: " ") {
      throw .badValue(file: file, key: key, reason: fault)
    }
    let ends = { (text: [UInt8]) in
      text.split(separator: 0x20).contains { $0.elementsEqual("--".utf8) }
    }
    if ends(quoter.text),
      !parts.contains(where: { if case .text(let text) = $0 { ends(text) } else { false } })
    {
      throw .badValue(
        file: file, key: key,
        reason: "has the word -- once a value is in it, which ends the kernel's own words")
    }
    var openings = 0
    for part in parts { if case .text(let text) = part { openings += Self.openings(in: text) } }
    if Self.openings(in: quoter.text) > openings {
      throw .badValue(file: file, key: key, reason: "holds ${ once a value is in it")
    }
    if quoter.losesBlank {
      throw .badValue(
        file: file, key: key,
        reason: "holds two blanks side by side once a value is in it, of which"
          + " iPXE leaves one")
    }
  }

  /// How often iPXE would begin to expand something.
  private static func openings(in text: [UInt8]) -> Int {
    zip(text, text.dropFirst()).count { $0 == UInt8(ascii: "$") && $1 == UInt8(ascii: "{") }
  }

  /// Why a value cannot be part of a kernel's word, in quotes or not.
  private static func fault(in value: [UInt8]) -> String? {
    if value.contains(where: ASCII.isControl) {
      return "would hold a line break or control character"
    }
    if value.contains(UInt8(ascii: "\"")) {
      return "would hold a double quote, which iPXE or the kernel takes for syntax"
    }
    for (first, second) in zip(value, value.dropFirst()) {
      switch (first, second) {
      case (UInt8(ascii: "&"), UInt8(ascii: "&")), (UInt8(ascii: "|"), UInt8(ascii: "|")),
        (UInt8(ascii: "$"), UInt8(ascii: "{")):
        let token = String(decoding: [first, second], as: UTF8.self)
        return "would hold \(token), which iPXE or the kernel takes for syntax"
      case (0x20, 0x20): return "would hold two blanks side by side, of which iPXE leaves one"
      default: continue
      }
    }
    return nil
  }
}

/// Puts words with blanks in their values into quotes.
struct WordQuoter {
  private(set) var text: [UInt8] = []
  /// Whether a blank of a value has another beside it.
  private(set) var losesBlank = false
  /// Where the present word begins, and where quotes would open.
  private var start = 0
  private var isInQuotes = false
  private var needsQuotes = false
  private var endsWithValueBlank = false

  mutating func add(_ authors: [UInt8]) {
    for byte in authors {
      if byte == 0x20, endsWithValueBlank, isInQuotes { losesBlank = true }
      endsWithValueBlank = false
      if byte == UInt8(ascii: "\"") { isInQuotes.toggle() }
      if byte == 0x20, !isInQuotes {
        endWord()
        text.append(byte)
        start = text.count
      } else {
        text.append(byte)
      }
    }
  }

  mutating func add(value: [UInt8]) {
    guard let first = value.first else { return }
    if first == 0x20, text.last == 0x20, isInQuotes || text.count > start { losesBlank = true }
    if !isInQuotes, value.contains(0x20) { needsQuotes = true }
    text += value
    endsWithValueBlank = value.last == 0x20
  }

  /// Quotes the word that ends here, if it needs that: behind its `=`, or as a whole.
  mutating func endWord() {
    defer { needsQuotes = false }
    guard needsQuotes else { return }
    let equals = text[start...].firstIndex(of: UInt8(ascii: "="))
    text.insert(UInt8(ascii: "\""), at: equals.map { $0 + 1 } ?? start)
    text.append(UInt8(ascii: "\""))
  }
}

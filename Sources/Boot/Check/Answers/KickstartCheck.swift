// Boot/Check/Answers: kickstart files.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What Anaconda would not understand in a kickstart file, as pykickstart's `parser.py` reads it.
package struct KickstartCheck {
  private var text: AnswerText
  /// The section that is open.
  private var section: PythonLines.Word?
  private let isForESXi: Bool

  /// Finds unknown commands and sections, sections that do not end, and quotes that are not closed.
  ///
  /// The options of commands are not looked at.
  /// - Parameter file: as below the data directory.
  package static func findings(_ bytes: [UInt8], file: String) -> [Finding] {
    var text = AnswerText(bytes, file: file)
    if text.reportEncoding() { return text.findings }
    let lines = PythonLines.lines(bytes)
    let first = lines.lazy.map { text.words(of: $0.range) }.first { words in
      words.first.map { bytes[$0.lowerBound] != UInt8(ascii: "#") } ?? false
    }
    if let first, first.count >= 3, text.string(first[0]) == "d-i" {
      text.report(
        .error, "kickstart-preseed", at: first[0].lowerBound,
        "this is preseed, and .ks is read as kickstart; name the file .cfg or .preseed")
      return text.findings
    }
    var check = KickstartCheck(text: text, lines)
    for line in lines where !check.text.isFull { check.read(line) }
    check.end()
    return check.text.findings
  }

  private init(text: AnswerText, _ lines: [PythonLines.Line]) {
    self.text = text
    isForESXi = lines.contains { line in
      text.words(of: line.range).first.map { KickstartNames.esxi.contains(text.string($0)) }
        ?? false
    }
    if isForESXi {
      self.text.report(
        .note, "kickstart-command", at: 0, "not checked: commands and sections of ESXi's kickstart")
    }
  }

  private mutating func read(_ line: PythonLines.Line) {
    if isForESXi { return }
    guard let start = PythonLines.firstCharacter(text.bytes, in: line.range) else { return }
    let isComment = text.bytes[start] == UInt8(ascii: "#")
    if section != nil {
      if text.bytes[start] == UInt8(ascii: "%") { readInSection(line, from: start) }
    } else if !isComment {
      readCommand(line)
    }
  }

  /// The line's words; `nil` where a quote is left open, which is reported.
  private mutating func words(_ line: PythonLines.Line, comments: Bool) -> [PythonLines.Word]? {
    do {
      return try PythonLines.words(text.bytes, line, comments: comments)
    } catch {
      switch error {
      case .openQuote(let offset):
        text.report(
          .error, "kickstart-quote", at: offset,
          "the quote \(text.character(at: offset)) is not closed on its line; close it, or write a"
            + " backslash in front of it")
      case .openEscape(let offset):
        text.report(
          .error, "kickstart-quote", at: offset, "nothing follows the \\ at the end; remove it")
      }
    }
    return nil
  }

  private mutating func readCommand(_ line: PythonLines.Line) {
    guard let words = words(line, comments: true) else { return openAnyway(line) }
    guard let first = words.first else { return }
    let name = first.string
    if name == "%include" { return checkInclude(words) }
    if name == "%ksappend" { return }
    if name == "%end" {
      return text.report(
        .error, "kickstart-section", at: first.start, "%end ends no section; remove it")
    }
    if name.hasPrefix("%") { return open(first) }
    guard !KickstartNames.commands.contains(name) else { return }
    text.report(
      .error, "kickstart-command", at: first.start,
      "no command is called \(AnswerText.quoted(name))"
        + AnswerText.hint(for: name, in: KickstartNames.commands))
  }

  private mutating func open(_ word: PythonLines.Word) {
    section = word
    let name = word.string
    guard !KickstartNames.sections.contains(name) else { return }
    text.report(
      .error, "kickstart-section", at: word.start,
      "no section is called \(AnswerText.quoted(name))"
        + AnswerText.hint(for: name, in: KickstartNames.sections))
  }

  /// A section whose line has a fault: what follows is its own all the same.
  private mutating func openAnyway(_ line: PythonLines.Line) {
    guard let word = text.words(of: line.range).first else { return }
    let name = PythonLines.Word(bytes: Array(text.bytes[word]), start: word.lowerBound)
    if KickstartNames.sections.contains(name.string) { section = name }
  }

  private mutating func checkInclude(_ words: [PythonLines.Word]) {
    guard words.count < 2 || words[1].bytes.isEmpty, let first = words.first else { return }
    text.report(
      .error, "kickstart-include", at: first.start, "%include names no file; write its path or URL")
  }

  /// A line that begins with `%`: what opens no section is the section's own.
  private mutating func readInSection(_ line: PythonLines.Line, from start: Int) {
    let isWord = { (byte: UInt8) in !(0x09...0x0d).contains(byte) && byte != 0x20 }
    let word = text.string(start..<line.range.upperBound).utf8.prefix(while: isWord)
    let name = String(decoding: Array(word), as: UTF8.self)
    let opens = KickstartNames.sections.contains(name)
    guard opens || name == "%end" || name == "%include" else { return }
    guard let words = words(line, comments: false), let first = words.first else { return }
    if name == "%end" {
      section = nil
    } else if name == "%include" {
      checkInclude(words)
    } else if let open = section {
      text.report(
        .error, "kickstart-section", at: start,
        "\(name) stands in the section \(AnswerText.quoted(open.string)) of line"
          + " \(text.line(at: open.start)); write %end in front of it")
      section = first
    }
  }

  private mutating func end() {
    guard let section, KickstartNames.sections.contains(section.string) else { return }
    text.report(
      .error, "kickstart-section", at: section.start,
      "the section \(AnswerText.quoted(section.string)) does not end; write %end behind it")
  }
}

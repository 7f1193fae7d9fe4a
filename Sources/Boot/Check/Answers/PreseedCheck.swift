// Boot/Check/Answers: preseed files of Debian's installer.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What Debian's installer would not understand in a preseed file.
///
/// Its reader is `/bin/debconf-set-selections` of the installer's initrd: it drops every CR, comments
/// that begin in the first column and blank lines, joins lines at a `\` that is the last character, and
/// wants three words. At a line with less it stops, and the rest of the file is lost.
package struct PreseedCheck {
  /// A line with those joined to it.
  private struct Entry {
    var words: [Range<Int>]
    var firstLine: Range<Int>
  }

  /// What debconf and cdebconf know; `seen` is a flag.
  static let types = [
    "string", "boolean", "select", "multiselect", "password", "note", "text", "title", "error",
    "entropy", "seen",
  ]
  private static let wrongOwners: Set = [
    "di", "d_i", "D-I", "D-i", "d-I", "d-1", "d-l", "d.i", "d=i", "d--i", "i-d", "d-ii", "dd-i",
    "d\u{2013}i", "d\u{2010}i", "d\u{2011}i",
  ]
  /// Commands and sections of kickstart that say it alone.
  private static let kickstart: Set = [
    "%packages", "%post", "%pre", "%end", "%addon", "install", "zerombr", "autopart", "skipx",
  ]

  private var text: AnswerText
  private let isCertain: Bool

  /// Finds what its reader refuses, and what it would take for something else.
  ///
  /// A `.cfg` without one line of preseed is another program's, and is not looked at.
  /// - Parameter file: as below the data directory.
  package static func findings(_ bytes: [UInt8], file: String) -> [Finding] {
    var check = PreseedCheck(text: AnswerText(bytes, file: file), file: file)
    if check.text.reportEncoding() { return check.text.findings }
    check.read()
    return check.text.findings
  }

  private init(text: AnswerText, file: String) {
    self.text = text
    isCertain = file.lowercased().hasSuffix(".preseed")
  }

  private mutating func read() {
    let lines = text.lines.filter { !isLeftOut($0) }
    guard isCertain || lines.contains(where: { isPreseed($0) || isInstallers($0) }) else {
      return judgeStranger(lines)
    }
    reportLoneReturn()
    var entry: Entry?
    for (index, line) in lines.enumerated() {
      if text.isFull { return }
      var words = self.words(of: line)
      if entry != nil, !ASCII.isBlank(text.bytes[line.lowerBound]), isPreseed(line) {
        text.report(
          .warning, "preseed-line", at: line.lowerBound,
          "the line in front of it ends with a \\, so this one becomes part of its value; remove the \\"
        )
      }
      let next = index + 1 < lines.count ? lines[index + 1] : nil
      let goesOn = endsWithBackslash(line, &words, next: next)
      if entry == nil { entry = Entry(words: [], firstLine: line) }
      entry?.words += words
      if goesOn { continue }
      if let entry { judge(entry) }
      entry = nil
    }
    if let entry {
      text.report(
        .error, "preseed-line", at: entry.firstLine.lowerBound,
        "its last line ends with a \\ and none follows, so the installer drops all of it; remove the \\"
      )
    }
  }

  /// A comment or a blank line; not so a comment behind blanks.
  private func isLeftOut(_ line: Range<Int>) -> Bool {
    text[line.lowerBound] == UInt8(ascii: "#") && !line.isEmpty || words(of: line).isEmpty
  }

  private func words(of line: Range<Int>) -> [Range<Int>] {
    text.words(of: line, joinedByReturns: true)
  }

  /// A word as the installer has it, which deletes each CR.
  private func word(_ range: Range<Int>) -> String {
    String(decoding: text.bytes[range].filter { $0 != 0x0d }, as: UTF8.self)
  }

  private func isInstallers(_ line: Range<Int>) -> Bool {
    words(of: line).first.map { word($0) == "d-i" } ?? false
  }

  /// Whether a line is certainly one of preseed.
  private func isPreseed(_ line: Range<Int>) -> Bool {
    let words = self.words(of: line)
    guard words.count >= 3, text.bytes[words[0].lowerBound] != UInt8(ascii: "#") else {
      return false
    }
    return text.bytes[words[1]].contains(UInt8(ascii: "/"))
      && Self.types.contains(word(words[2]))
  }

  private mutating func judgeStranger(_ lines: [Range<Int>]) {
    let found = lines.prefix(50).filter(isKickstart)
    guard let first = found.first, let start = words(of: first).first?.lowerBound,
      found.count >= 2 || text[start] == UInt8(ascii: "%")
    else { return }
    text.report(
      .warning, "preseed-kickstart", at: start,
      "this looks like kickstart, and .cfg is read as preseed; name the file .ks")
  }

  private func isKickstart(_ line: Range<Int>) -> Bool {
    let words = self.words(of: line).map(word)
    guard let first = words.first else { return false }
    if Self.kickstart.contains(first) { return words.count == 1 || first.hasPrefix("%") }
    return KickstartNames.commands.contains(first)
      && words.dropFirst().contains { $0.hasPrefix("--") }
  }

  private mutating func reportLoneReturn() {
    let bytes = text.bytes
    for index in bytes.indices where bytes[index] == 0x0d && text[index + 1] != 0x0a {
      if index + 1 == bytes.count { return }
      return text.report(
        .warning, "preseed-line", at: index,
        "a CR without LF ends no line: the installer deletes it; save the file with LF")
    }
  }

  /// Whether the next line is joined to this one, or was meant to be; takes the backslash off.
  private mutating func endsWithBackslash(
    _ line: Range<Int>, _ words: inout [Range<Int>], next: Range<Int>?
  ) -> Bool {
    guard let last = words.last, text.bytes[last.upperBound - 1] == UInt8(ascii: "\\") else {
      return false
    }
    let isLast = text.bytes[last.upperBound..<line.upperBound].allSatisfy { $0 == 0x0d }
    if !isLast {
      // A value can end with a backslash, and the next line stand for itself.
      let isMeant = next.map { !isPreseed($0) && !isInstallers($0) } ?? false
      text.report(
        isMeant ? .error : .warning, "preseed-line", at: last.upperBound,
        "blanks stand behind the \\, so the next line is not joined to this one; remove them")
      guard isMeant else { return false }
    }
    words.removeLast()
    let rest = last.lowerBound..<last.upperBound - 1
    if !rest.isEmpty { words.append(rest) }
    return true
  }

  private mutating func judge(_ entry: Entry) {
    let words = entry.words
    guard let owner = words.first else { return }
    if text.bytes[owner.lowerBound] == UInt8(ascii: "#") {
      return judgeComment(at: owner.lowerBound, isRefused: words.count < 3)
    }
    guard words.count >= 3 else { return judgeShort(words) }
    let name = word(owner)
    if Self.wrongOwners.contains(name) {
      text.report(
        .warning, "preseed-owner", at: owner.lowerBound,
        "the owner is \(AnswerText.quoted(name)); the installer's own is \"d-i\"")
    }
    judgeQuestion(words[1])
    judgeType(words)
  }

  private mutating func judgeShort(_ words: [Range<Int>]) {
    guard let last = words.last else { return }
    if words.count == 1 {
      return text.report(
        .error, "preseed-line", at: last.lowerBound,
        "a line is OWNER QUESTION TYPE VALUE, and this is \(text.quoted(last)) alone; the installer"
          + " stops reading here")
    }
    text.report(
      .error, "preseed-line", at: last.upperBound,
      "no type stands behind \(text.quoted(last)), as string or boolean; the installer stops reading"
        + " here")
  }

  private mutating func judgeComment(at offset: Int, isRefused: Bool) {
    text.report(
      isRefused ? .error : .warning, "preseed-line", at: offset,
      "the installer knows comments only where # is the line's first character; remove the blanks"
        + " in front of it")
  }

  private mutating func judgeQuestion(_ name: Range<Int>) {
    let question = word(name)
    guard let meant = PreseedQuestions.meant(by: question) else { return }
    text.report(
      .warning, "preseed-question", at: name.lowerBound,
      "no question \(AnswerText.quoted(question)) is known here; did you mean \"\(meant)\"?")
  }

  private mutating func judgeType(_ words: [Range<Int>]) {
    let type = word(words[2])
    if type == "boolean" { return judgeBoolean(words.dropFirst(3)) }
    if Self.types.contains(type) { return }
    let shown = AnswerText.quoted(type)
    let isValue = type == "true" || type == "false"
    let hint = isValue ? "" : AnswerText.hint(for: type, in: Self.types)
    guard hint.isEmpty else {
      return text.report(
        .warning, "preseed-type", at: words[2].lowerBound, "no type is called \(shown)\(hint)")
    }
    text.report(
      .error, "preseed-type", at: words[2].lowerBound,
      "\(shown) stands where the type belongs, and is lost; write string, boolean, select or another"
        + " type in front of it")
  }

  private mutating func judgeBoolean(_ value: ArraySlice<Range<Int>>) {
    guard let first = value.first, let last = value.last else { return }
    if value.count == 1, ["true", "false"].contains(word(first)) { return }
    let shown = value.count == 1 ? text.quoted(first) : text.quoted(joined(first, last))
    text.report(
      .warning, "preseed-boolean", at: first.lowerBound,
      "a boolean is true or false, and this is \(shown)")
  }

  private func joined(_ first: Range<Int>, _ last: Range<Int>) -> Range<Int> {
    first.lowerBound..<last.upperBound
  }
}

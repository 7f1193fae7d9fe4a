// Boot/Template: values in a kickstart file.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Values in a kickstart file, as pykickstart reads it: lines by `str.splitlines()`, commands by
/// `shlex`, and scripts and lists of packages from `%NAME` to `%end`.
struct KickstartPlacement {
  private enum Section {
    /// What stands in no section, `%addon` and `%anaconda`.
    case commands
    /// A shell's script, and any other program's.
    case shell, program
    case packages
    case unknown
  }

  private var cursor: TemplateCursor
  private var section = Section.commands
  /// `false` in front of a section and behind its `%end`.
  private var isInSection = false
  private var shell = ShellQuoting()
  /// Where the line ends, in the author's text.
  private var end = 0

  static func place(_ cursor: TemplateCursor) throws(TemplateError) -> [UInt8] {
    var placement = KickstartPlacement(cursor: cursor)
    return try placement.place()
  }

  private init(cursor: TemplateCursor) { self.cursor = cursor }

  private mutating func place() throws(TemplateError) -> [UInt8] {
    while cursor.next != nil {
      let count = findEnd()
      let start = cursor.index
      let written = cursor.result.count
      try placeLine()
      try checkStart(from: start, written)
      for _ in 0..<count {
        if section == .shell, isInSection, let byte = cursor.next { try shell.read(byte) }
        cursor.copy()
      }
    }
    return cursor.result
  }

  /// Finds where the line ends for Python.
  ///
  /// - Returns: how many bytes its end has.
  private mutating func findEnd() -> Int {
    let text = cursor.text
    end = cursor.index
    while end < text.count {
      switch text[end] {
      case 0x0d: return end + 1 < text.count && text[end + 1] == 0x0a ? 2 : 1
      case 0x0a...0x0c, 0x1c...0x1e: return 1
      case 0xc2 where end + 1 < text.count && text[end + 1] == 0x85: return 2
      case 0xe2 where end + 2 < text.count && text[end + 1] == 0x80 && text[end + 2] & 0xfe == 0xa8:
        return 3
      default: end += 1
      }
    }
    return 0
  }

  private mutating func placeLine() throws(TemplateError) {
    let first = cursor.text[cursor.index..<end].firstIndex { !ASCII.isBlank($0) } ?? end
    let isSpecial = first < end && cursor.text[first] == UInt8(ascii: "%")
    let isComment = first < end && cursor.text[first] == UInt8(ascii: "#")
    if isSpecial, try placeSpecial(from: first) { return }
    switch section {
    case .commands:
      if isComment { return try placeRaw() }
      return try placeCommand()
    case .shell: return try placeShell()
    case .packages: return try placePackages(from: first)
    case .program:
      try placeEach { _, place throws(TemplateError) in
        throw place.error(
          "the section's interpreter is no shell, and it cannot be said what a value means to it")
      }
    case .unknown:
      try placeEach { value, place throws(TemplateError) in
        try ShellPlacement.plain(value, place, reader: "a section that is not known here")
      }
    }
  }

  private mutating func placeEach(
    _ write: (String, TemplatePlace) throws(TemplateError) -> String
  ) throws(TemplateError) {
    while cursor.index < end {
      guard cursor.next == TemplateCursor.hole else {
        cursor.copy()
        continue
      }
      let (value, place) = cursor.take()
      try TemplateCheck.line(value.string, place)
      cursor.result += try write(value.string, place).utf8
    }
  }

  private mutating func placeRaw() throws(TemplateError) { try placeEach { value, _ in value } }

  private mutating func placeShell() throws(TemplateError) {
    while let byte = cursor.next, cursor.index < end {
      if byte == TemplateCursor.hole {
        let (value, place) = cursor.take()
        cursor.result += try shell.written(value.string, place)
      } else {
        try shell.read(byte)
        cursor.copy()
      }
    }
  }

  /// A value that begins a line must not make a section's end of it, which counts within quotes, too.
  private func checkStart(from start: Int, _ written: Int) throws(TemplateError) {
    let author = cursor.text[start..<end].drop { ASCII.isBlank($0) }
    guard author.first == TemplateCursor.hole, let place = cursor.latest else { return }
    let line = String(decoding: cursor.result[written...], as: UTF8.self)
    let first = line.unicodeScalars.first { !$0.properties.isWhitespace }
    if first == "%" || (first == "#" && section != .shell) {
      throw place.error("a line cannot begin with % or # by a value")
    }
  }

  /// A line that begins with a percent sign.
  ///
  /// - Returns: `false` where it is a line of the section's own.
  private mutating func placeSpecial(from first: Int) throws(TemplateError) -> Bool {
    let word = cursor.text[first..<end].prefix { !ASCII.isBlank($0) }
    if word.contains(TemplateCursor.hole), let (_, place) = cursor.upcoming {
      throw place.error("no value can stand in a word that begins with %")
    }
    let name = String(decoding: word, as: UTF8.self)
    switch name {
    case "%end":
      try placeHeader()
      (section, isInSection) = (.commands, false)
      return true
    case "%include", "%ksappend":
      try placeEach { value, place throws(TemplateError) in
        let isURL = value.utf8.allSatisfy { TemplateCheck.isPlain($0) || "?&~".utf8.contains($0) }
        guard isURL, !value.isEmpty, !value.hasPrefix("-") else {
          throw place.error("its value can be a path or a URL only, without blanks and quotes")
        }
        return value
      }
      return true
    default: break
    }
    guard !isInSection || Self.isSection(name) else { return false }
    let header = cursor.text[first..<end]
    try placeHeader()
    isInSection = true
    switch name {
    case "%addon", "%anaconda": section = .commands
    case "%packages": section = .packages
    case _ where Self.isScript(name):
      section = Self.isForShell(header) ? .shell : .program
      shell = ShellQuoting()
    default: section = .unknown
    }
    return true
  }

  private static func isSection(_ name: String) -> Bool {
    isScript(name) || ["%packages", "%addon", "%anaconda", "%certificate"].contains(name)
  }

  private static func isScript(_ name: String) -> Bool {
    ["%pre", "%pre-install", "%post", "%onerror", "%traceback", "%firstboot"].contains(name)
  }

  /// Whether some option begins like `--interpreter`; argparse takes a part of it, too.
  private static func namesInterpreter(_ header: ArraySlice<UInt8>) -> Bool {
    header.indices.contains { header[$0...].starts(with: "--i".utf8) }
  }

  /// Whether a script's header names no interpreter, or a shell.
  private static func isForShell(_ header: ArraySlice<UInt8>) -> Bool {
    guard namesInterpreter(header) else { return true }
    let words = String(decoding: header, as: UTF8.self).split { $0 == " " || $0 == "\t" }
    for (index, word) in words.enumerated() where word.drop(while: isQuote).hasPrefix("--i") {
      let value = word.firstIndex(of: "=").map { word[$0...].dropFirst() }
      guard let path = value ?? words.dropFirst(index + 1).first else { return false }
      let bare = path.filter { !isQuote($0) }
      let name = bare.split(separator: "/").last.map(String.init) ?? ""
      guard ["sh", "bash", "dash", "ksh", "zsh", "busybox"].contains(name) else { return false }
      let next = value == nil ? index + 2 : index + 1
      if name == "busybox", next < words.count, !words[next].hasPrefix("-") {
        guard words[next].filter({ !isQuote($0) }) == "sh" else { return false }
      }
    }
    return true
  }

  private static func isQuote(_ character: Character) -> Bool {
    character == "\"" || character == "'"
  }

  /// The line of a section's name: what differs by machine is the value of an option.
  private mutating func placeHeader() throws(TemplateError) {
    let line = cursor.text[cursor.index..<end]
    let namesInterpreter = line.contains(TemplateCursor.hole) && Self.namesInterpreter(line)
    try placeEach { value, place throws(TemplateError) in
      guard !namesInterpreter, !value.isEmpty, !value.hasPrefix("-"),
        TemplateCheck.isPlain(value, place)
      else {
        throw place.error(
          "in the line of a section's name its value can be a plain word only, that begins with no"
            + " hyphen, and not where an --interpreter is named")
      }
      return value
    }
  }

  private mutating func placePackages(from first: Int) throws(TemplateError) {
    var isComment = false
    var isAtStart = true
    while let byte = cursor.next, cursor.index < end {
      guard byte == TemplateCursor.hole else {
        if byte == UInt8(ascii: "#") { isComment = true }
        isAtStart = isAtStart && " \t-@^".utf8.contains(byte)
        cursor.copy()
        continue
      }
      let (found, place) = cursor.take()
      let value = found.string
      try TemplateCheck.line(value, place)
      let isPlain = value.utf8.allSatisfy { TemplateCheck.isPlain($0) || "*^".utf8.contains($0) }
      let isSign = isAtStart && "-@^%#".utf8.contains(value.utf8.first ?? 0x23)
      guard isComment || isPlain && !isSign else {
        throw place.error("its value is no plain name of a package or group")
      }
      isAtStart = false
      cursor.result += value.utf8
    }
  }

  private mutating func placeCommand() throws(TemplateError) {
    var words = KickstartWords()
    while let byte = cursor.next, cursor.index < end {
      if byte == TemplateCursor.hole {
        let (value, place) = cursor.take()
        cursor.result += try words.written(value.string, place)
      } else {
        words.read(byte)
        cursor.copy()
      }
    }
  }
}

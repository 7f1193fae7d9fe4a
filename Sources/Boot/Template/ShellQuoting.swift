// Boot/Template: quotes of a shell, followed byte by byte.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Follows a shell's quotes (POSIX.1-2017, XCU 2.2 and 2.3), and says how a value is written there.
///
/// Where it cannot be sure, a value must be a plain word, which is itself in every context. So a
/// construct that is not followed (`$'...'`, quotes in `${...}`, `case` in `$(...)`) makes values
/// refused, never dangerous.
struct ShellQuoting {
  private enum Context {
    case bare, single, double, comment
    /// Within `$(...)`, `(...)` in it, backticks, and `${...}`.
    case parenthesis, backtick, brace

    var isNested: Bool { self == .parenthesis || self == .backtick || self == .brace }
  }

  private enum Dollar { case none, sign, name }

  private var context = Context.bare
  /// What is around it, the innermost last.
  private var outer: [(context: Context, words: ShellWords)] = []
  private var nested = 0
  private var isEscaped = false
  /// The byte in front; 0 behind a value and behind what a backslash takes the meaning from.
  private var previous: UInt8 = 0x0a
  /// The byte in front of a backslash, which a line's end behind it takes away with itself.
  private var beforeBackslash: UInt8 = 0
  private var endsSubstitution = false
  private var dollar = Dollar.none
  /// Something was met that is not followed: from here on only plain words.
  private var isLost = false
  private var words = ShellWords()
  private var documents = HereDocuments()

  private mutating func push(_ context: Context) {
    outer.append((self.context, words))
    self.context = context
    if context.isNested {
      nested += 1
      words.begin()
    }
  }

  private mutating func pop() {
    guard let around = outer.popLast() else { return }
    if context.isNested {
      nested -= 1
      words = around.words
    }
    context = around.context
  }

  /// Takes in what the author wrote.
  mutating func read(_ byte: UInt8) throws(TemplateError) {
    if documents.isActive || isEscaped { return try readSlowly(byte) }
    // Most bytes are letters, which mean nothing by themselves in any context.
    if TemplateCheck.isPlain(byte) {
      if context != .comment { words.add(byte) }
      if dollar != .none { follow(byte) }
      previous = byte
      return
    }
    if context == .comment, byte != 0x0a {
      previous = byte
      return
    }
    try readSlowly(byte)
  }

  private mutating func readSlowly(_ byte: UInt8) throws(TemplateError) {
    if documents.isInBody {
      if try documents.readBody(byte) { isLost = true }
      follow(byte)
      previous = byte
      return
    }
    if documents.isReadingDelimiter, !documents.readDelimiter(byte) {
      previous = byte
      return
    }
    if isEscaped {
      isEscaped = false
      if byte == 0x0a {
        previous = beforeBackslash
      } else {
        words.add(byte)
        (previous, dollar) = (0, .none)
      }
      return
    }
    let isPair = previous == UInt8(ascii: "$") && byte == UInt8(ascii: "$")
    switch context {
    case .single:
      if byte == UInt8(ascii: "'") { pop() } else { words.add(byte) }
    case .double: readDouble(byte)
    case .comment:
      if byte == 0x0a {
        pop()
        readBare(byte)
      }
    case .backtick:
      if byte == UInt8(ascii: "\\") { isEscaped = true }
      if byte == UInt8(ascii: "`") { pop() }
    case .brace: readBrace(byte)
    case .bare, .parenthesis: readBare(byte)
    }
    if isEscaped {
      beforeBackslash = previous
      previous = byte
      return
    }
    follow(byte)
    // The end of `$(...)` is in the middle of a word, where no comment begins.
    previous = endsSubstitution ? 0 : byte
    endsSubstitution = false
    if isPair { (previous, dollar) = (0, .none) }
  }

  private mutating func follow(_ byte: UInt8) {
    switch dollar {
    case _ where byte == UInt8(ascii: "$"): dollar = .sign
    case .sign:
      dollar = ASCII.isLetter(byte) || byte == UInt8(ascii: "_") ? .name : .none
    case .name where ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_"): break
    case .name, .none: dollar = .none
    }
  }

  /// What begins a substitution, in quotes or out of them.
  private mutating func readSubstitution(_ byte: UInt8) {
    let isBehindDollar = previous == UInt8(ascii: "$")
    switch byte {
    case UInt8(ascii: "\\"): isEscaped = true
    case UInt8(ascii: "`"): push(.backtick)
    case UInt8(ascii: "(") where isBehindDollar: push(.parenthesis)
    case UInt8(ascii: "{") where isBehindDollar: push(.brace)
    default: break
    }
  }

  private mutating func readDouble(_ byte: UInt8) {
    if byte == UInt8(ascii: "\"") {
      pop()
    } else {
      words.add(byte)
      readSubstitution(byte)
    }
  }

  private mutating func readBrace(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "}"): pop()
    // Dash and bash do not agree on quotes there.
    case UInt8(ascii: "'"), UInt8(ascii: "\""): isLost = true
    default: readSubstitution(byte)
    }
  }

  private mutating func readBare(_ byte: UInt8) {
    let isInParenthesis = context == .parenthesis
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      // Bash knows escapes in $'...', others do not.
      if previous == UInt8(ascii: "$") { isLost = true }
      push(byte == UInt8(ascii: "'") ? .single : .double)
    case UInt8(ascii: "(") where isInParenthesis: push(.parenthesis)
    case UInt8(ascii: "(") where previous == byte:
      // Bash computes in ((...)), and runs $(...) there in any quotes.
      push(.parenthesis)
      push(.parenthesis)
    case UInt8(ascii: "[") where previous == UInt8(ascii: "$"): isLost = true
    case UInt8(ascii: ")") where isInParenthesis:
      pop()
      endsSubstitution = context != .parenthesis
      return
    case UInt8(ascii: "#") where ShellWords.endsWord(previous):
      if isInParenthesis { isLost = true }
      push(.comment)
      return
    case UInt8(ascii: "<") where previous == UInt8(ascii: "<"):
      if nested > 0 { isLost = true } else { documents.begin() }
    case 0x0a:
      if isInParenthesis, documents.isPending { isLost = true }
      documents.beginBody()
    default: readSubstitution(byte)
    }
    if ShellWords.endsWord(byte) {
      if words.end(at: byte, isNested: nested > 0) == .case, nested > 0 { isLost = true }
    } else if !isEscaped {
      words.add(byte)
    }
  }

  /// How a value is written here.
  mutating func written(
    _ value: String, _ place: TemplatePlace
  ) throws(TemplateError) -> [UInt8] {
    try TemplateCheck.line(value, place)
    defer {
      (previous, dollar) = (0, .none)
      words.add(0)
    }
    if documents.isReadingDelimiter {
      throw place.error("no value can stand here: it would say where the here-document ends")
    }
    if documents.isInBody {
      try checkDollar(value, place)
      documents.add(value, place)
      return Array(try plain(value, place, "in a here-document").utf8)
    }
    guard !isEscaped else { throw place.error("a backslash stands in front of it") }
    switch context {
    case .comment where nested == 0 && !isLost: return Array(value.utf8)
    case .single where nested == 0 && !isLost && !words.isForOtherShell: break
    case .bare where nested == 0 && !isLost && !words.isForOtherShell:
      if dollar == .sign { throw place.error("a dollar sign stands in front of it") }
      return Self.singleQuoted(value)
    default: if context != .single, context != .comment { try checkDollar(value, place) }
    }
    if isLost || nested > 0 || words.isForOtherShell {
      let reason =
        nested > 0
        ? "within $(...), ${...} or backticks"
        : isLost ? "behind a construct that is not followed" : "in what another shell reads"
      guard !value.isEmpty else { throw place.error("its value is empty, \(reason)") }
      return Array(try plain(value, place, reason).utf8)
    }
    return context == .single
      ? Array(Self.singleQuoted(value).dropFirst().dropLast()) : Self.escaped(value)
  }

  /// `$` in front of a value would make a name of it, and `$name` a longer one.
  private func checkDollar(_ value: String, _ place: TemplatePlace) throws(TemplateError) {
    if dollar == .sign { throw place.error("a dollar sign stands in front of it") }
    guard dollar == .name else { return }
    let first = value.utf8.first
    if first.map({ ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }) ?? true {
      throw place.error(
        "it would become part of the variable's name in front of it; write ${NAME}")
    }
  }

  private func plain(
    _ value: String, _ place: TemplatePlace, _ reason: String
  ) throws(TemplateError) -> String {
    try ShellPlacement.plain(value, place, reader: "a shell \(reason)")
  }

  private static func singleQuoted(_ value: String) -> [UInt8] {
    var result = [UInt8(ascii: "'")]
    for byte in value.utf8 {
      if byte == UInt8(ascii: "'") { result += #"'\'"#.utf8 }
      result.append(byte)
    }
    return result + [UInt8(ascii: "'")]
  }

  /// For double quotes.
  private static func escaped(_ value: String) -> [UInt8] {
    var result: [UInt8] = []
    for byte in value.utf8 {
      if "\"\\$`".utf8.contains(byte) { result.append(UInt8(ascii: "\\")) }
      result.append(byte)
    }
    return result
  }
}

// Boot/Template: the words of a shell's command, as far as they matter.
// SPDX-License-Identifier: Apache-2.0

/// The words of a shell's command, as far as they tell who reads the next one.
struct ShellWords {
  enum Keyword { case `case` }

  /// The last eight bytes of the word.
  private var packed: UInt64 = 0
  private var first: UInt8 = 0
  private var second: UInt8 = 0
  private var count = 0
  /// Behind `name[`, where bash computes.
  private var isInIndex = false
  private var isBehindAmpersand = false
  /// The word in front was `-c`, `-lc`: what follows is another program's text.
  private var isBehindCommandOption = false
  /// A command stands in front that reads its words as code, or computes with them, which in bash runs
  /// what `a[$(...)]` names.
  private var isBehindCommand = false

  /// Whether a value here is part of what a second shell reads.
  var isForOtherShell: Bool {
    isBehindCommandOption || isBehindCommand || isInIndex
      || (count > 1 && first == UInt8(ascii: "-") && second == UInt8(ascii: "c"))
  }

  static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0a, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"),
      UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"):
      true
    default: false
    }
  }

  /// Within a substitution; what stands in front of that stays in front.
  mutating func begin() { (packed, first, second, count) = (0, 0, 0, 0) }

  /// - Parameter byte: 0 for a value.
  mutating func add(_ byte: UInt8) {
    if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") { return }
    if count == 0 { first = byte }
    if count > 0, byte == UInt8(ascii: "[") { isInIndex = true }
    if byte == UInt8(ascii: "]") { isInIndex = false }
    if count == 1 { second = byte }
    count += 1
    packed = packed << 8 | UInt64(byte)
  }

  /// - Parameter isNested: within a substitution, whose commands are not those around it.
  mutating func end(at byte: UInt8, isNested: Bool) -> Keyword? {
    var keyword: Keyword?
    // A redirection may stand between -c and its text.
    if isBehindCommandOption, byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") {
      isBehindCommand = true
    }
    if count > 0 {
      isBehindCommandOption =
        first == UInt8(ascii: "-") && packed & 0xff == UInt64(UInt8(ascii: "c"))
      if packed == Self.caseWord { keyword = .case }
      if Self.commands.contains(packed) { isBehindCommand = true }
    }
    let isAnd = byte == UInt8(ascii: "&") && isBehindAmpersand && count == 0
    isBehindAmpersand = byte == UInt8(ascii: "&")
    if !isNested, isAnd || byte == 0x0a || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "|") {
      (isBehindCommandOption, isBehindCommand) = (false, false)
    }
    (packed, count, isInIndex) = (0, 0, false)
    return keyword
  }

  private static let commands = [
    pack("eval"), pack("trap"), pack("ssh"), pack("let"), pack("[["), pack("declare"),
    pack("typeset"),
  ]
  private static let caseWord = pack("case")

  private static func pack(_ word: StaticString) -> UInt64 {
    "\(word)".utf8.reduce(0) { $0 << 8 | UInt64($1) }
  }
}

// Boot/Template: words of a kickstart command.
// SPDX-License-Identifier: Apache-2.0

/// Follows one line as Python's `shlex.split(line, comments=True)` does.
///
/// In double quotes a backslash takes the meaning from `"` and `\` only; in single quotes nothing
/// does; a `#` begins a comment in a word, too.
struct KickstartWords {
  private var quote: UInt8 = 0
  private var isEscaped = false
  private var isComment = false
  /// Whether the line's first word has begun, and ended.
  private var hasBegun = false
  private var isBehindFirst = false
  /// Whether nothing of the present word stands yet, but for a quote.
  private var isWordEmpty = true

  mutating func read(_ byte: UInt8) {
    if isComment { return }
    if isEscaped {
      isEscaped = false
      isWordEmpty = false
      return
    }
    if quote != 0 {
      if byte == quote { quote = 0 } else { isWordEmpty = false }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { isEscaped = true }
      return
    }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
    case UInt8(ascii: "\\"): isEscaped = true
    case UInt8(ascii: "#"): isComment = true
    case 0x20, 0x09:
      if hasBegun { isBehindFirst = true }
      isWordEmpty = true
      return
    default: isWordEmpty = false
    }
    hasBegun = true
  }

  mutating func written(_ value: String, _ place: TemplatePlace) throws(TemplateError) -> [UInt8] {
    try TemplateCheck.line(value, place)
    if isComment { return Array(value.utf8) }
    guard !isEscaped else { throw place.error("a backslash stands in front of it") }
    if !isBehindFirst, value.isEmpty || value.hasPrefix("%") {
      throw place.error("its value would make no command of the line")
    }
    // Python's argparse takes it out of wherever it stands alone (bugs.python.org/issue13922).
    if value == "--" { throw place.error("its value is --, which ends the options for argparse") }
    if isWordEmpty, value.hasPrefix("-") {
      throw place.error(
        "its value begins with a hyphen, which makes an option of the word; write --option={{...}}")
    }
    if !value.isEmpty { isWordEmpty = false }
    hasBegun = true
    switch quote {
    case UInt8(ascii: "'"):
      guard !value.utf8.contains(UInt8(ascii: "'")) else {
        throw place.error(
          "its value holds a ', which cannot stand in such quotes; use double quotes")
      }
      return Array(value.utf8)
    case UInt8(ascii: "\""): return Self.escaped(value)
    default:
      let isPlain = value.utf8.allSatisfy { TemplateCheck.isPlain($0) || "?&~*".utf8.contains($0) }
      if isPlain, !value.isEmpty { return Array(value.utf8) }
      return [UInt8(ascii: "\"")] + Self.escaped(value) + [UInt8(ascii: "\"")]
    }
  }

  private static func escaped(_ value: String) -> [UInt8] {
    var result: [UInt8] = []
    for byte in value.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        result.append(UInt8(ascii: "\\"))
      }
      result.append(byte)
    }
    return result
  }
}

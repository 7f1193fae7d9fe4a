// Boot/Script: what may stand on a line of a boot script.
// SPDX-License-Identifier: Apache-2.0

/// Lines that iPXE reads as they were meant.
///
/// iPXE splits a line on white space before it looks at quotes. Then the tokens `||`, `&&` and `;`
/// end a command, a token that begins with `#` ends the line, and a backslash at its end joins the
/// next one (iPXE, src/core/exec.c). `${...}` is expanded after that, so it can start nothing.
package enum ScriptText {
  /// Why a value cannot stand between `before` and `after` on a line.
  ///
  /// - Returns: `nil` when it can; else the end of a sentence that begins with the key.
  package static func fault(
    in value: some BidirectionalCollection<UInt8>, before: String = "", after: String = ""
  ) -> String? {
    if let control = value.first(where: { $0 < 0x20 || $0 == 0x7f }) {
      switch control {
      case 0x0a, 0x0d: return "holds a line break, which would start another iPXE command"
      case 0: return "holds a NUL byte"
      default: return "holds a control character"
      }
    }
    if value.last == UInt8(ascii: "\\") {
      return "ends with a backslash, which would join the script's next line"
    }
    if !value.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2) {
      return "holds a double quote without its other half, which would break the quotes of others"
    }
    let line = Array(before.utf8) + value + Array(after.utf8)
    guard let token = dangerousToken(in: line) else { return nil }
    let text = String(decoding: token, as: UTF8.self)
    return token.first == UInt8(ascii: "#")
      ? "holds \"\(text)\", where iPXE would begin a comment"
      : "holds \"\(text)\", where iPXE would begin another command"
  }

  /// The first token of a line that iPXE would take for syntax.
  static func dangerousToken(in line: [UInt8]) -> ArraySlice<UInt8>? {
    line.split { $0 == 0x20 || $0 == 0x0a }.first { token in
      token.first == UInt8(ascii: "#")
        || ["||", "&&", ";"].contains { token.elementsEqual($0.utf8) }
    }
  }

  /// A name for a console: what is not plain becomes `?`.
  static func display(_ name: [UInt8]) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./@+=,:~".utf8)
    return String(decoding: name.map { plain.contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
  }

  /// Escapes a path for a URL in a script; `${...}` stays for iPXE to expand.
  static func urlPath(_ path: String) -> String {
    var result = ""
    var rest = Substring(path)
    while let start = rest.firstRange(of: "${"),
      let end = rest[start.upperBound...].firstIndex(of: "}")
    {
      result += escaped(rest[..<start.lowerBound]) + rest[start.lowerBound...end]
      rest = rest[rest.index(after: end)...]
    }
    return result + escaped(rest)
  }

  private static func escaped(_ text: Substring) -> String {
    let plain = Set(
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~$&+,/:;=@".utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in text.utf8 {
      if plain.contains(byte) {
        result.append(byte)
      } else {
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

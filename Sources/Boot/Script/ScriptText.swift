// Boot/Script: what may stand on a line of a boot script.
// SPDX-License-Identifier: Apache-2.0

import Text

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
    if let control = value.first(where: ASCII.isControl) {
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
    let plain = name.map { byte in
      ASCII.isAlphanumeric(byte) || "-_./@+=,:~".utf8.contains(byte) ? byte : UInt8(ascii: "?")
    }
    return String(decoding: plain, as: UTF8.self)
  }

  /// Escapes a path for a URL in a script; `${...}` stays for iPXE to expand.
  static func urlPath(_ path: String) -> String {
    func escaped(_ text: Substring) -> String {
      String(decoding: PercentCoding.encodedPath(text.utf8), as: UTF8.self)
    }
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
}

// Boot/Script: telling a person in front of a machine what is wrong.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Scripts that print a reason, for iPXE shows neither the body of an error nor that of a 503.
///
/// They use only what the iPXE of 2019 has.
package enum ConsoleScript {
  /// Of a console; one column is left free, or some terminals would add a line.
  static let columns = 78
  /// A small screen still shows what stood in front.
  static let lines = 6

  /// Prints what is wrong, and fails with `exit 1`, as `chain ... || goto retry` expects.
  ///
  /// The failing itself is another script, for a script that ends so stays behind as an image, and a kernel
  /// that is booted next would get it as its initrd (seen on iPXE of 2019-11).
  ///
  /// - Parameters:
  ///   - base: as in ``ScriptInputs``.
  ///   - sentences: each begins on a line of its own.
  package static func failure(_ sentences: [String], base: [UInt8]) -> [UInt8] {
    var script = Array("#!ipxe\n".utf8) + echoes(sentences)
    script += "chain --replace --autofree ".utf8
    script += base
    script += "/failed.ipxe || exit 1\n".utf8
    return script
  }

  /// What ``failure(_:base:)`` ends with.
  package static let end = Array("#!ipxe\nexit 1\n".utf8)

  /// Prints why a machine is held, waits a little, and asks again.
  package static func held(_ sentences: [String], base: [UInt8]) -> [UInt8] {
    Array("#!ipxe\n".utf8) + echoes(sentences) + Array("sleep 10\n".utf8)
      + IdentityScript.asking(base: base)
  }

  private static func echoes(_ sentences: [String]) -> [UInt8] {
    var found = sentences.flatMap { wrapped(plain($0)) }
    if found.count > lines { found = found.prefix(lines - 1) + ["..."] }
    return found.flatMap { Array("echo \($0)\n".utf8) }
  }

  /// Text that iPXE prints as it is: nothing in it is syntax, and nothing turns a terminal over.
  static func plain(_ text: String) -> String {
    let printable = text.unicodeScalars.map { scalar -> Character in
      scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7f ? Character(scalar) : "?"
    }
    let words = String(printable).split(separator: " ").map { word -> String in
      switch word {
      case "||", "&&", ";": return "?"
      default: break
      }
      var word = String(word).replacing("${", with: "$ {").replacing("\"", with: "'")
      if word.first == "#" { word = "?" + word.dropFirst() }
      if word.last == "\\" { word = word.dropLast() + "?" }
      return word
    }
    return words.joined(separator: " ")
  }

  /// Lines none of which begins with a hyphen, which iPXE's `echo` would take for an option.
  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var line: [Substring] = []
    func length(_ words: [Substring]) -> Int { words.reduce(-1) { $0 + 1 + $1.utf8.count } }
    for word in text.split(separator: " ") {
      // A word that is longer than a line goes on in the next one.
      var parts: [Substring] = []
      var rest = word
      while rest.utf8.count > columns {
        parts.append(rest.prefix(columns))
        rest = rest.dropFirst(columns)
      }
      for part in parts + [rest] {
        if !line.isEmpty, length(line + [part]) > columns {
          let isOption = part.hasPrefix("-") && line.count > 1
          let kept = isOption ? [line.removeLast()] : []
          lines.append(line.joined(separator: " "))
          line = kept
        }
        line.append(part)
      }
    }
    if !line.isEmpty { lines.append(line.joined(separator: " ")) }
    return lines.map { $0.hasPrefix("-") ? ": \($0)" : $0 }
  }
}

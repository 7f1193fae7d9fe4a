// Boot/Check/Ignition: permissions, which JSON cannot write in octal.
// SPDX-License-Identifier: Apache-2.0

import Text

extension IgnitionWalk {
  /// A mode: JSON has decimal numbers only, so `0644` is 420.
  mutating func mode(_ node: IgnitionNode) {
    if let text = node.text { return modeText(text, node) }
    guard case .number(let digits) = node.value else { return wrongType(node, "a number") }
    guard let mode = node.number64 else {
      return say(
        .error, "wrong-type", at: node,
        "\(node.name) is \(IgnitionWords.shown(node.value)), but must be a whole number; 420 is 0644"
      )
    }
    let meant = Self.octal(digits)
    guard (0...0o7777).contains(mode) else {
      let advice = meant.map { "; write \($0) for 0\(digits)" } ?? "; 420 is 0644, 493 is 0755"
      return say(
        .error, "bad-value", at: node,
        "\(node.name) is \(IgnitionWords.shown(node.value)), which is no mode of a file" + advice)
    }
    if let meant, Self.looksOctal(mode, digits) {
      return say(
        .warning, "octal-mode", at: node,
        "\(node.name) is \(digits), which is 0\(String(mode, radix: 8)) in octal; write \(meant) for"
          + " 0\(digits)")
    }
    if version.major == 3, !isSpec3(since: 6), mode > 0o777 {
      say(
        .warning, "bad-value", at: node,
        "\(node.name) is 0\(String(mode, radix: 8)) in octal, but setuid, setgid and sticky bits need"
          + " version 3.6.0")
    }
  }

  private mutating func modeText(_ text: String, _ node: IgnitionNode) {
    let digits = text.hasPrefix("0o") ? String(text.dropFirst(2)) : text
    guard let meant = Self.octal(digits) else { return wrongType(node, "a number; 420 is 0644") }
    say(
      .error, "octal-mode", at: node,
      "\(node.name) is \(IgnitionWords.quoted(text)), a string, but must be a number; write \(meant)"
    )
  }

  /// What three to five digits are as an octal number.
  private static func octal(_ digits: String) -> Int? {
    guard (3...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ ASCII.isDigit($0) }),
      let mode = Int(digits, radix: 8), mode <= 0o7777
    else { return nil }
    return mode
  }

  /// Whether decimal digits can hardly be meant as such.
  ///
  /// 420 (0644) and 511 (0777) are octal digits too, and 1517 (02755) is. But nobody sets a sticky
  /// bit alone, as all numbers from 512 to 777 do, and the four named ones would be 0620, 0670,
  /// 0674 and 0764.
  private static func looksOctal(_ mode: Int, _ digits: String) -> Bool {
    if digits.utf8.count == 3 { return mode > 0o777 || [400, 440, 444, 500].contains(mode) }
    return [1755, 1770, 1775, 1777, 2750, 2755, 2770, 2775].contains(mode)
  }
}

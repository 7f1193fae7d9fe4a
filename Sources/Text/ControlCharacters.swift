// Text: characters that no line of text should hold.
// SPDX-License-Identifier: Apache-2.0

/// Characters that could end a line for some reader, or be a terminal's command.
package enum ControlCharacters {
  /// Whether a config's reader might take the character for a line's end, or refuse it.
  package static func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f, 0xfeff, 0xfffe, 0xffff: true
    default: isBeyondASCII(scalar)
    }
  }

  /// Whether a text holds one.
  package static func isIn(_ text: String) -> Bool { text.unicodeScalars.contains(where: contains) }

  /// Whether it turns the text around it around: a line then shows other words than it holds (Unicode's
  /// UAX 9).
  package static func turnsText(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
    default: false
    }
  }

  /// The controls C1, and Unicode's two separators of lines.
  package static func isBeyondASCII(_ scalar: Unicode.Scalar) -> Bool {
    (0x80...0x9f).contains(scalar.value) || scalar == "\u{2028}" || scalar == "\u{2029}"
  }
}

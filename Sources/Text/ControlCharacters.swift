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

  package static func isIn(_ text: String) -> Bool { text.unicodeScalars.contains(where: contains) }

  /// The controls C1, and Unicode's two separators of lines.
  package static func isBeyondASCII(_ scalar: Unicode.Scalar) -> Bool {
    (0x80...0x9f).contains(scalar.value) || scalar == "\u{2028}" || scalar == "\u{2029}"
  }
}

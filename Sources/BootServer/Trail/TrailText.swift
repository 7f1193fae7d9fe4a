// BootServer/Trail: words of others in a commit.
// SPDX-License-Identifier: Apache-2.0

/// What requests said, as it may stand in a line of a commit message.
enum TrailText {
  /// One line that no reader takes for more, and no terminal for a command; bounded.
  static func line(_ text: String, limit: Int = 1000) -> String {
    let scalars = text.unicodeScalars
    let kept = scalars.prefix(limit).map { isHarmless($0) ? $0 : "?" }
    return String(String.UnicodeScalarView(kept))
      + (scalars.dropFirst(limit).isEmpty ? "" : "...")
  }

  /// Not ends of lines, control characters, and what turns the direction of writing.
  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: false
    default: true
    }
  }

  /// Seconds that git can keep: its commit graph has 34 bits for them.
  static func seconds(_ seconds: Int) -> Int { min(max(seconds, 0), 1 << 34 - 1) }
}

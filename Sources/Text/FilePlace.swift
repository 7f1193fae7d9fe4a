// Text: a place in a text, as an editor counts.
// SPDX-License-Identifier: Apache-2.0

/// A character of a text.
package struct FilePlace: Hashable, Comparable, Sendable {
  /// From 1.
  package let line: Int
  /// In characters (Unicode scalars), from 1.
  package let column: Int

  /// - Parameters:
  ///   - line: from 1.
  ///   - column: in characters, from 1.
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The place of a byte; LF ends a line, and the offset behind the last byte is one too.
  ///
  /// - Parameter offset: in bytes, from 0; what is beyond the text is its end.
  package init(of offset: Int, in text: [UInt8]) {
    let before = text.prefix(max(offset, 0))
    let start = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
    self.init(
      line: before.count { $0 == 0x0a } + 1,
      column: before[start...].count { $0 & 0xc0 != 0x80 } + 1)
  }

  /// As they follow in the text.
  package static func < (left: FilePlace, right: FilePlace) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

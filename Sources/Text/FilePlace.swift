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

  /// As they follow in the text.
  package static func < (left: FilePlace, right: FilePlace) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

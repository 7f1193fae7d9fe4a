// Boot/YAML: where a text is not YAML.
// SPDX-License-Identifier: Apache-2.0

/// Why a text is not YAML, and where.
package struct YAMLError: Error, Equatable, Sendable, CustomStringConvertible {
  /// From 1.
  package let line: Int
  /// Characters (Unicode scalars) into the line, from 1.
  package let column: Int
  /// What is wrong, as half a sentence.
  package let reason: String
  /// In bytes, from 0; `nil` where only the line is known.
  let offset: Int?

  /// - Parameter column: in characters, from 1, as `line`.
  package init(line: Int, column: Int, reason: String) {
    self.init(line: line, column: column, reason: reason, offset: nil)
  }

  init(line: Int, column: Int, reason: String, offset: Int?) {
    self.offset = offset
    self.line = line
    self.column = column
    self.reason = reason
  }

  /// For a message behind a file's name.
  package var description: String { "line \(line), column \(column): \(reason)" }
}

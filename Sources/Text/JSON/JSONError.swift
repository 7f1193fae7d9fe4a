// Text/JSON: where a text is not JSON.
// SPDX-License-Identifier: Apache-2.0

/// Why a text is not JSON, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// From 1.
  package let line: Int
  /// Bytes into the line, from 1.
  package let column: Int
  /// What is wrong, as half a sentence.
  package let reason: String

  /// - Parameter column: in bytes, from 1, as `line`.
  package init(line: Int, column: Int, reason: String) {
    self.line = line
    self.column = column
    self.reason = reason
  }

  /// For a message behind a file's name.
  package var description: String { "line \(line), column \(column): \(reason)" }
}

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

  /// Its place as an editor counts: in characters, where ``column`` counts bytes.
  ///
  /// - Parameter text: the bytes that were read.
  package func place(in text: [UInt8]) -> FilePlace {
    var start = 0
    for _ in 1..<max(line, 1) {
      guard let end = text[start...].firstIndex(of: 0x0a) else { break }
      start = end + 1
    }
    return FilePlace(of: start + column - 1, in: text)
  }

  /// For a message behind a file's name.
  package var description: String { "line \(line), column \(column): \(reason)" }
}

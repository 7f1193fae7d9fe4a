// Boot/YAML: where in a text something stands.
// SPDX-License-Identifier: Apache-2.0

/// A place between two bytes of a text.
package struct YAMLPosition: Equatable, Sendable {
  /// In bytes, from 0.
  package let offset: Int
  /// From 1; LF, CRLF and CR end a line (YAML 1.2.2 chapter 5.4).
  package let line: Int
  /// In characters (Unicode scalars), from 1.
  package let column: Int
}

/// From where to where something stands; `start == end` where nothing is written.
package struct YAMLMark: Equatable, Sendable {
  /// Of its first byte.
  package let start: YAMLPosition
  /// Behind its last byte.
  package let end: YAMLPosition
}

/// Turns offsets into positions, each at least the one before it, so that all take one walk.
struct YAMLLocator {
  private let bytes: [UInt8]
  private var position = YAMLPosition(offset: 0, line: 1, column: 1)

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// - Parameter offset: not smaller than in the call before.
  mutating func position(at offset: Int) -> YAMLPosition {
    if offset == position.offset { return position }
    var line = position.line
    var column = position.column
    for index in position.offset..<max(min(offset, bytes.count), position.offset) {
      let byte = bytes[index]
      if byte == 0x0a || byte == 0x0d && (index + 1 == bytes.count || bytes[index + 1] != 0x0a) {
        line += 1
        column = 1
      } else if byte & 0xc0 != 0x80, byte != 0x0d {
        column += 1
      }
    }
    position = YAMLPosition(offset: offset, line: line, column: column)
    return position
  }

  /// Finds an event's lines and columns.
  mutating func place(_ event: inout YAMLEvent) {
    event.start = position(at: event.start.offset)
    event.end = position(at: event.end.offset)
  }
}

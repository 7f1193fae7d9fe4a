// Text/JSON: where in a text the parts of a JSON value stand.
// SPDX-License-Identifier: Apache-2.0

/// Finds where the parts of a JSON text stand, for whoever has something to say of one.
///
/// It reads the text once more, so that ``JSONReader`` need not keep what is hardly ever asked for.
package struct JSONPlaces {
  /// A step into a value.
  package enum Step: Equatable, Sendable {
    /// The member of this name; of several the last, which is the one that counts.
    case key(String)
    /// The element at this place, from 0.
    case index(Int)
  }

  /// Where a member, or an element, stands.
  package struct Place: Equatable, Sendable {
    /// The opening quote of its name; `nil` for an element, and for the whole value.
    package let key: FilePlace?
    /// The first character of its value.
    package let value: FilePlace
  }

  private let bytes: [UInt8]

  /// - Parameter bytes: what ``JSONReader`` has read; of anything else no place is certain.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Where a part stands; `nil`: there is no such part.
  ///
  /// - Parameter isSame: whether two names are the same.
  package func place(
    of path: [Step], isSame: (String, String) -> Bool = { $0 == $1 }
  ) -> Place? {
    var position = skipBlanks(0)
    var key: Int?
    for step in path {
      guard let found = find(step, from: position, isSame) else { return nil }
      (key, position) = found
    }
    return Place(key: key.map { place(at: $0) }, value: place(at: position))
  }

  /// The line and column of a byte, in characters.
  package func place(at offset: Int) -> FilePlace {
    let before = bytes[..<min(offset, bytes.count)]
    let start = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
    return FilePlace(
      line: before.count { $0 == 0x0a } + 1,
      column: before[start...].count { $0 & 0xc0 != 0x80 } + 1)
  }

  /// The place of an error of ``JSONReader``, whose columns are bytes.
  package func place(of error: JSONError) -> FilePlace {
    var start = 0
    for _ in 1..<max(error.line, 1) {
      start = bytes[start...].firstIndex(of: 0x0a).map { $0 + 1 } ?? bytes.count
    }
    return place(at: start + error.column - 1)
  }

  /// - Returns: where the name and the value stand, in bytes.
  private func find(
    _ step: Step, from start: Int, _ isSame: (String, String) -> Bool
  ) -> (key: Int?, value: Int)? {
    guard start < bytes.count else { return nil }
    let isObject = bytes[start] == UInt8(ascii: "{")
    guard isObject || bytes[start] == UInt8(ascii: "[") else { return nil }
    var found: (key: Int?, value: Int)?
    var position = skipBlanks(start + 1)
    var index = 0
    while position < bytes.count, bytes[position] != UInt8(ascii: "}"),
      bytes[position] != UInt8(ascii: "]")
    {
      var key: Int?
      if isObject {
        key = position
        position = skipBlanks(end(of: position))
        // The colon.
        position = skipBlanks(position + 1)
      }
      switch step {
      case .key(let name):
        if let key, isSame(self.name(at: key), name) { found = (key, position) }
      case .index(let wanted): if wanted == index, !isObject { found = (nil, position) }
      }
      index += 1
      position = skipBlanks(end(of: position))
      if position < bytes.count, bytes[position] == UInt8(ascii: ",") {
        position = skipBlanks(position + 1)
      }
    }
    return found
  }

  private func name(at start: Int) -> String {
    let text = Array(bytes[start..<end(of: start)])
    guard case .string(let name)? = try? JSONReader.read(text) else { return "" }
    return name
  }

  /// Behind the value that begins at a byte; values within others are counted, not called.
  private func end(of start: Int) -> Int {
    var position = start
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position = endOfString(position)
        if depth == 0 { return position }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        // A bare word ends in front of what closes the value around it.
        if depth == 0 { return position }
        depth -= 1
        if depth == 0 { return position + 1 }
      case UInt8(ascii: ","), 0x20, 0x09, 0x0a, 0x0d:
        if depth == 0 { return position }
      default: break
      }
      position += 1
    }
    return bytes.count
  }

  private func endOfString(_ start: Int) -> Int {
    var position = start + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position + 1, bytes.count)
  }

  private func skipBlanks(_ start: Int) -> Int {
    var position = start
    while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) {
      position += 1
    }
    return position
  }
}

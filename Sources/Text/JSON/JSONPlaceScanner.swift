// Text/JSON: one pass over a JSON text that finds where each value begins.
// SPDX-License-Identifier: Apache-2.0

/// Gives the values of a JSON text as they begin. It judges nothing: that is ``JSONReader``'s work.
struct JSONPlaceScanner {
  /// A value.
  struct Found {
    /// The number of the object or list around it, counted as values are given, from 0.
    let parent: Int?
    let step: JSONPlaces.Step
    let key: FilePlace?
    let value: FilePlace
  }

  private struct Open {
    let number: Int
    let isObject: Bool
    var elements = 0
    var key: (name: String, place: FilePlace)?
  }

  private let text: [UInt8]
  private var position = 0
  private var line = 1
  private var column = 1
  private var count = 0
  private var open: [Open] = []

  init(_ text: [UInt8]) { self.text = text }

  /// The next value; `nil` at the end, and where nesting is deeper than a reader takes.
  mutating func next() -> Found? {
    while position < text.count {
      let place = FilePlace(line: line, column: column)
      switch text[position] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard open.count < JSONReader.maxDepth else { return nil }
        let found = begin(at: place)
        open.append(Open(number: count - 1, isObject: text[position] == UInt8(ascii: "{")))
        advance()
        return found
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        _ = open.popLast()
        advance()
      case UInt8(ascii: "\""):
        let start = position
        passString()
        guard open.last?.isObject == true, open.last?.key == nil else { return begin(at: place) }
        open[open.count - 1].key = (name(text[start..<position]), place)
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09, 0x0a, 0x0d: advance()
      default:
        passWord()
        return begin(at: place)
      }
    }
    return nil
  }

  private mutating func begin(at place: FilePlace) -> Found {
    defer { count += 1 }
    guard let parent = open.popLast() else {
      return Found(parent: nil, step: .index(0), key: nil, value: place)
    }
    var next = parent
    next.key = nil
    next.elements += 1
    open.append(next)
    return Found(
      parent: parent.number,
      step: parent.key.map { .key($0.name) } ?? .index(parent.elements),
      key: parent.key?.place, value: place)
  }

  private mutating func advance() {
    if text[position] == 0x0a {
      line += 1
      column = 1
    } else if text[position] & 0xc0 != 0x80 {
      column += 1
    }
    position += 1
  }

  private mutating func passString() {
    advance()
    while position < text.count {
      let byte = text[position]
      advance()
      if byte == UInt8(ascii: "\"") { return }
      if byte == UInt8(ascii: "\\"), position < text.count { advance() }
    }
  }

  /// A number, `true`, `false` or `null`.
  private mutating func passWord() {
    repeat { advance() } while position < text.count && !Self.endsWord(text[position])
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "\""), 0x20, 0x09, 0x0a, 0x0d:
      true
    default: false
    }
  }

  /// What a key in its quotes says.
  private func name(_ quoted: ArraySlice<UInt8>) -> String {
    if case .string(let name)? = try? JSONReader.read(Array(quoted)) { return name }
    return String(decoding: quoted, as: UTF8.self)
  }
}

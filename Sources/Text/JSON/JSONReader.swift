// Text/JSON: reading JSON as strictly as the original did.
// SPDX-License-Identifier: Apache-2.0

/// A strict reader: one value, no comments, no trailing commas, nothing behind it.
///
/// Each byte that is not UTF-8 and each lone surrogate becomes U+FFFD, as the original had it.
package struct JSONReader {
  /// Deeper nesting is refused, for reading and freeing a value both recurse.
  package static let maxDepth = 1000

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  /// Reads one value, and nothing behind it but white space (RFC 8259).
  ///
  /// - Throws: ``JSONError`` with line and column.
  package static func read(_ bytes: [UInt8]) throws(JSONError) -> JSON {
    var reader = JSONReader(bytes: bytes)
    if let mark = ByteOrderMark.complaint(about: bytes) { throw reader.error("the text \(mark)") }
    reader.skipBlanks()
    let value = try reader.value()
    reader.skipBlanks()
    guard reader.position == bytes.count else {
      throw reader.error("something follows after the value")
    }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d {
      position += 1
    }
  }

  private mutating func value() throws(JSONError) -> JSON {
    switch next {
    case UInt8(ascii: "{"): return try nested { (reader) throws(JSONError) in try reader.object() }
    case UInt8(ascii: "["): return try nested { (reader) throws(JSONError) in try reader.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"): return .number(try number())
    case let digit? where ASCII.isDigit(digit): return .number(try number())
    case nil: throw error(bytes.isEmpty ? "the file is empty" : "the text ends too early")
    default: throw error("no value begins with this character")
    }
  }

  private mutating func nested(
    _ read: (inout JSONReader) throws(JSONError) -> JSON
  ) throws(JSONError) -> JSON {
    guard depth < Self.maxDepth else { throw error("nested deeper than \(Self.maxDepth)") }
    depth += 1
    defer { depth -= 1 }
    position += 1
    skipBlanks()
    return try read(&self)
  }

  private mutating func object() throws(JSONError) -> JSON {
    var members: [JSON.Member] = []
    if skip(UInt8(ascii: "}")) { return .object(members) }
    while true {
      guard next == UInt8(ascii: "\"") else {
        throw error(members.isEmpty ? "a key in quotes is missing" : "no key follows the comma")
      }
      let name = try string()
      skipBlanks()
      guard skip(UInt8(ascii: ":")) else { throw error("the colon after a key is missing") }
      skipBlanks()
      members.append(JSON.Member(name, try value()))
      skipBlanks()
      if skip(UInt8(ascii: "}")) { return .object(members) }
      guard skip(UInt8(ascii: ",")) else { throw error("a comma or } is missing") }
      skipBlanks()
    }
  }

  private mutating func array() throws(JSONError) -> JSON {
    var elements: [JSON] = []
    if skip(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try value())
      skipBlanks()
      if skip(UInt8(ascii: "]")) { return .array(elements) }
      guard skip(UInt8(ascii: ",")) else { throw error("a comma or ] is missing") }
      skipBlanks()
    }
  }

  /// - Returns: whether it was the next byte; it is passed over then.
  private mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func word(_ text: String, _ value: JSON) throws(JSONError) -> JSON {
    guard bytes[position...].starts(with: text.utf8) else {
      throw error("no value begins with this character")
    }
    position += text.utf8.count
    return value
  }

  private mutating func number() throws(JSONError) -> String {
    let start = position
    _ = skip(UInt8(ascii: "-"))
    if !skip(UInt8(ascii: "0")) { try digits() }
    if skip(UInt8(ascii: ".")) { try digits() }
    if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
      _ = skip(UInt8(ascii: "+")) || skip(UInt8(ascii: "-"))
      try digits()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() throws(JSONError) {
    let start = position
    while let byte = next, ASCII.isDigit(byte) { position += 1 }
    if position == start { throw error("a digit is missing") }
  }

  private mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    // Nearly every string is plain from end to end, and need not be gathered byte by byte.
    while let byte = next, byte &- 0x20 < 0x60, byte != 0x22, byte != 0x5c { position += 1 }
    if next == UInt8(ascii: "\"") {
      position += 1
      return String(decoding: bytes[start..<position - 1], as: UTF8.self)
    }
    var text = Array(bytes[start..<position])
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        text += String(try escape()).utf8
      case 0..<0x20: throw error("a string holds a control character")
      case 0x20..<0x80:
        text.append(byte)
        position += 1
      default:
        let length = UTF8Sequence.length(bytes[position...])
        text += length == 0 ? Array("\u{fffd}".utf8) : Array(bytes[position..<position + length])
        position += max(length, 1)
      }
    }
    throw error("a string is not closed")
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    guard let byte = next else { throw error("a string is not closed") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default:
      position -= 1
      throw error("a string holds an unknown escape")
    }
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    // A high surrogate needs its low one; alone, either is no character.
    guard first < 0xdc00, bytes[position...].starts(with: "\\u".utf8) else { return "\u{fffd}" }
    let before = position
    position += 2
    let second = try codeUnit()
    if (0xdc00..<0xe000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    {
      return scalar
    }
    position = before
    return "\u{fffd}"
  }

  private mutating func codeUnit() throws(JSONError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Hex.value(byte) else {
        throw error("\\u needs four hexadecimal digits")
      }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  private func error(_ reason: String) -> JSONError {
    let before = bytes[..<position]
    let line = before.count { $0 == 0x0a } + 1
    let start = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
    return JSONError(line: line, column: position - start + 1, reason: reason)
  }
}

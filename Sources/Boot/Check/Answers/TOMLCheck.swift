// Boot/Check/Answers: TOML.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Whether a file is TOML 1.0, as Proxmox's installer reads its answers.
package struct TOMLCheck {
  private enum Container {
    case list
    /// `{...}`, and the key whose value is read.
    case table(Int, key: TOMLTables.Key, at: Int)
  }

  var text: AnswerText
  var index = 0
  private var tables = TOMLTables()

  /// Finds the first place where the text is not TOML, or names a key twice.
  ///
  /// - Parameter file: as below the data directory.
  package static func findings(_ bytes: [UInt8], file: String) -> [Finding] {
    var text = AnswerText(bytes, file: file)
    if text.reportEncoding() { return text.findings }
    // CR and LF are one line end, and no place changes without the CR.
    let plain = bytes.indices.filter {
      bytes[$0] != 0x0d || $0 + 1 == bytes.count || bytes[$0 + 1] != 0x0a
    }
    var check = TOMLCheck(text: AnswerText(plain.map { bytes[$0] }, file: file))
    do throws(AnswerFault) {
      try check.readAll()
    } catch {
      check.text.report(error.severity, "toml", at: error.offset, error.sentence)
    }
    return check.text.findings
  }

  private init(text: AnswerText) { self.text = text }

  var next: UInt8? { text[index] }
  /// What stands here, for a sentence.
  var found: String { text.character(at: index) }

  func fault(_ sentence: String, at offset: Int? = nil) -> AnswerFault {
    AnswerFault(offset: offset ?? index, sentence: sentence)
  }

  mutating func skip(_ part: String) -> Bool {
    guard text.isAt(index, part) else { return false }
    index += part.utf8.count
    return true
  }

  private mutating func skipBlanks() {
    while let byte = next, ASCII.isBlank(byte) { index += 1 }
  }

  private mutating func readAll() throws(AnswerFault) {
    while true {
      skipBlanks()
      switch next {
      case nil: return
      case 0x0a:
        index += 1
        continue
      case UInt8(ascii: "#"): break
      case UInt8(ascii: "["): try readHeader()
      default:
        let start = index
        let key = try readKey(what: "a key, [ or #")
        try readEquals(key)
        try readValue()
        try judge(tables.setValue(key), key, at: start)
      }
      skipBlanks()
      try skipComment()
      guard next == nil || next == 0x0a else {
        throw fault("the line should end here, and this is \(found)")
      }
    }
  }

  private func judge(
    _ complaint: String?, _ key: TOMLTables.Key, at offset: Int
  ) throws(AnswerFault) {
    guard let complaint else { return }
    throw fault("\(Self.shown(key)) \(complaint); use another name or remove it", at: offset)
  }

  private static func shown(_ key: TOMLTables.Key) -> String {
    AnswerText.quoted(key.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "."))
  }

  private mutating func skipComment() throws(AnswerFault) {
    guard next == UInt8(ascii: "#") else { return }
    while let byte = next, byte != 0x0a {
      guard byte == 0x09 || !ASCII.isControl(byte) else {
        throw fault("a comment cannot hold the character \(found); remove it")
      }
      index += 1
    }
  }

  private mutating func readHeader() throws(AnswerFault) {
    let isList = skip("[[")
    if !isList { index += 1 }
    skipBlanks()
    let start = index
    let key = try readKey(what: "a table's name")
    let complaint = isList ? tables.openElement(key) : tables.openTable(key)
    try judge(complaint, key, at: start)
    let end = isList ? "]]" : "]"
    guard skip(end) else { throw fault("\(end) should follow here, and this is \(found)") }
  }

  private mutating func readEquals(_ key: TOMLTables.Key) throws(AnswerFault) {
    guard skip("=") else {
      throw fault("= should follow the key \(Self.shown(key)), and this is \(found)")
    }
    skipBlanks()
  }

  /// A key with its dots, and the blanks behind it.
  private mutating func readKey(what: String) throws(AnswerFault) -> TOMLTables.Key {
    var key: TOMLTables.Key = []
    while true {
      if next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
        key.append(try readString(canBeLong: false))
      } else {
        let start = index
        while let byte = next, ASCII.isAlphanumeric(byte) || byte == 0x5f || byte == 0x2d {
          index += 1
        }
        guard index > start else {
          throw fault(
            key.isEmpty
              ? "\(what) should stand here, and this is \(found)"
              : "a key should follow the dot, and this is \(found)")
        }
        key.append(Array(text.bytes[start..<index]))
      }
      skipBlanks()
      guard skip(".") else { return key }
      skipBlanks()
    }
  }

  /// One value, whatever is in it.
  private mutating func readValue() throws(AnswerFault) {
    var containers: [Container] = []
    repeat {
      switch next {
      case UInt8(ascii: "["):
        index += 1
        try skipLines()
        if !skip("]") {
          containers.append(.list)
          continue
        }
      case UInt8(ascii: "{"):
        index += 1
        skipBlanks()
        if !skip("}") {
          containers.append(try readInnerKey(of: tables.makeTable()))
          continue
        }
      default: try readScalar()
      }
      try endValue(&containers)
    } while !containers.isEmpty
  }

  private mutating func readInnerKey(of table: Int) throws(AnswerFault) -> Container {
    let start = index
    let key = try readKey(what: "a key")
    try readEquals(key)
    return .table(table, key: key, at: start)
  }

  /// Closes what ends behind a value, up to the next value.
  private mutating func endValue(_ containers: inout [Container]) throws(AnswerFault) {
    while let container = containers.last {
      switch container {
      case .list:
        try skipLines()
        if skip(",") {
          try skipLines()
          guard skip("]") else { return }
        } else if !skip("]") {
          throw fault("a comma or ] should follow in the list, and this is \(found)")
        }
      case .table(let table, let key, let start):
        try judge(tables.setValue(key, in: table), key, at: start)
        skipBlanks()
        if skip(",") {
          skipBlanks()
          containers[containers.count - 1] = try readInnerKey(of: table)
          return
        }
        guard skip("}") else {
          throw fault("a comma or } should follow in {...}, and this is \(found)")
        }
      }
      containers.removeLast()
    }
  }

  private mutating func skipLines() throws(AnswerFault) {
    while let byte = next {
      if byte == UInt8(ascii: "#") {
        try skipComment()
      } else if ASCII.isBlank(byte) || byte == 0x0a {
        index += 1
      } else {
        return
      }
    }
  }
}

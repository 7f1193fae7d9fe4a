// Boot/Check/Answers: the small parts of XML.
// SPDX-License-Identifier: Apache-2.0

import Text

extension XMLCheck {
  private static let entities = ["lt", "gt", "amp", "apos", "quot"]

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }

  /// `PubidChar`.
  static func isPublic(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || " \n\r-'()+,./:=?;!*#@$_%".utf8.contains(byte)
  }

  /// What stands here, for a sentence.
  var found: String { text.character(at: index) }

  func shown(_ name: Range<Int>) -> String {
    String(AnswerText.quoted(text.string(name)).dropFirst().dropLast())
  }

  func tag(_ name: Range<Int>) -> String { "<\(shown(name))>" }

  /// - Returns: whether there were any.
  @discardableResult mutating func skipBlanks() -> Bool {
    let start = index
    while let byte = next, Self.isBlank(byte) { index += 1 }
    return index > start
  }

  mutating func skip(_ part: String) -> Bool {
    guard text.isAt(index, part) else { return false }
    index += part.utf8.count
    return true
  }

  private var scalar: (value: UInt32, length: Int) {
    guard let first = next, first >= 0x80 else { return (UInt32(next ?? 0), 1) }
    let length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    var value = UInt32(first) & (0x7f >> UInt32(length))
    for offset in 1..<length { value = value << 6 | UInt32((text[index + offset] ?? 0) & 0x3f) }
    return (value, length)
  }

  mutating func readCharacter() throws(AnswerFault) {
    let (value, length) = scalar
    guard Self.isCharacter(value) else {
      throw fault("XML has no such character as \(found); remove it")
    }
    index += length
  }

  private static func isCharacter(_ value: UInt32) -> Bool {
    switch value {
    case 0x09, 0x0a, 0x0d, 0x20...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff: true
    default: false
    }
  }

  private static func beginsName(_ value: UInt32) -> Bool {
    switch value {
    case 0x3a, 0x5f, 0x41...0x5a, 0x61...0x7a, 0xc0...0xd6, 0xd8...0xf6, 0xf8...0x2ff,
      0x370...0x37d, 0x37f...0x1fff, 0x200c...0x200d, 0x2070...0x218f, 0x2c00...0x2fef,
      0x3001...0xd7ff, 0xf900...0xfdcf, 0xfdf0...0xfffd, 0x10000...0xeffff:
      true
    default: false
    }
  }

  private static func continuesName(_ value: UInt32) -> Bool {
    switch value {
    case 0x2d, 0x2e, 0x30...0x39, 0xb7, 0x300...0x36f, 0x203f...0x2040: true
    default: beginsName(value)
    }
  }

  /// The name that stands here; `nil` where none does.
  mutating func readName() -> Range<Int>? {
    let start = index
    guard next != nil, Self.beginsName(scalar.value) else { return nil }
    while next != nil, Self.continuesName(scalar.value) { index += scalar.length }
    return start..<index
  }

  mutating func readReference() throws(AnswerFault) {
    let start = index
    index += 1
    if next == UInt8(ascii: "#") { return try readNumber(from: start) }
    guard let name = readName() else {
      throw fault("& begins an entity; write &amp; for a plain &", at: start)
    }
    guard skip(";") else {
      throw fault(
        "no ; stands behind the entity &\(shown(name)), and a plain & is written as &amp;",
        at: start)
    }
    if Self.entities.contains(text.string(name)) { return }
    guard hasDeclarations else {
      throw fault(
        "the entity &\(shown(name)); is not declared; XML's own are &lt; &gt; &amp; &apos; &quot;",
        at: start)
    }
    if !text.findings.isEmpty { return }
    text.report(
      .note, "xml", at: start,
      "not checked: the entity &\(shown(name));, which <!DOCTYPE may declare")
  }

  private mutating func readNumber(from start: Int) throws(AnswerFault) {
    index += 1
    let isHex = skip("x")
    let first = index
    var value: UInt32 = 0
    while let byte = next, let digit = Hex.value(byte), isHex || digit < 10 {
      value = min(value * (isHex ? 16 : 10) + UInt32(digit), 0x110000)
      index += 1
    }
    guard index > first, skip(";") else {
      throw fault("a number and ; should follow \(isHex ? "&#x" : "&#"), and this is \(found)")
    }
    guard Self.isCharacter(value) else {
      throw fault(
        "XML has no such character as \(text.quoted(start..<index)); remove it", at: start)
    }
  }

  mutating func readComment() throws(AnswerFault) {
    let start = index
    index += 4
    while next != nil {
      if skip("-->") { return }
      if text.isAt(index, "--") {
        throw fault("-- cannot stand in a comment; end it with --> or write one hyphen")
      }
      try readCharacter()
    }
    throw fault("the comment is not closed with -->", at: start)
  }

  mutating func readCDATA() throws(AnswerFault) {
    let start = index
    index += 9
    while next != nil {
      if skip("]]>") { return }
      try readCharacter()
    }
    throw fault("<![CDATA[ is not closed with ]]>", at: start)
  }

  mutating func readInstruction() throws(AnswerFault) {
    let start = index
    index += 2
    guard let name = readName() else {
      throw fault("a name should follow <?, and this is \(found)")
    }
    guard text.string(name).lowercased() != "xml" else {
      throw start == 0
        ? fault("a declaration begins with <?xml version=\"1.0\"", at: start)
        : fault(
          "<?xml can stand only where the file begins; remove what is in front of it", at: start)
    }
    if skip("?>") { return }
    guard skipBlanks() else { throw fault("a blank or ?> should follow here") }
    while next != nil {
      if skip("?>") { return }
      try readCharacter()
    }
    throw fault("<?\(shown(name)) is not closed with ?>", at: start)
  }

  /// Passes over what `[` in `<!DOCTYPE` begins.
  mutating func skipSubset(from start: Int) throws(AnswerFault) {
    index += 1
    while let byte = next {
      if skip("]") { return }
      if text.isAt(index, "<!--") {
        try readComment()
      } else if text.isAt(index, "<?") {
        try readInstruction()
      } else if byte == 0x22 || byte == 0x27 {
        index = (text.bytes[(index + 1)...].firstIndex(of: byte) ?? text.bytes.count - 1) + 1
      } else {
        index += 1
      }
    }
    throw fault("<!DOCTYPE is not closed with ]>", at: start)
  }

  mutating func readDeclaration() throws(AnswerFault) {
    index += 5
    try readPart("version", isNeeded: true) {
      $0.hasPrefix("1.") && $0.dropFirst(2).allSatisfy(Self.isDigit) && $0 != "1."
    }
    let encoding = try readPart("encoding") { $0.first?.isLetter ?? false }
    if let encoding, !["utf-8", "utf8"].contains(encoding.lowercased()) {
      throw AnswerFault(
        offset: index,
        sentence: "not checked: the text is declared as \(AnswerText.quoted(encoding))",
        severity: .note)
    }
    try readPart("standalone") { $0 == "yes" || $0 == "no" }
    skipBlanks()
    guard skip("?>") else {
      throw fault("?> should end the declaration <?xml, and this is \(found)")
    }
  }

  private static func isDigit(_ character: Character) -> Bool {
    character.isASCII && character.isNumber
  }

  @discardableResult private mutating func readPart(
    _ name: String, isNeeded: Bool = false, _ isRight: (String) -> Bool
  ) throws(AnswerFault) -> String? {
    let start = index
    let hasBlank = skipBlanks()
    guard skip(name) else {
      if isNeeded { throw fault("\(name)= should follow <?xml, and this is \(found)") }
      index = start
      return nil
    }
    // libxml2 does without the blank in front of standalone.
    guard hasBlank || name == "standalone" else {
      throw fault("a blank is missing in front of \(name)", at: start)
    }
    skipBlanks()
    guard skip("=") else { throw fault("= should follow \(name), and this is \(found)") }
    skipBlanks()
    guard let quote = next, quote == 0x22 || quote == 0x27,
      let end = text.bytes[(index + 1)...].firstIndex(of: quote)
    else { throw fault("the value of \(name) needs quotes, and this is \(found)") }
    let value = text.string(index + 1..<end)
    guard isRight(value) else {
      throw fault("\(name) cannot be \(AnswerText.quoted(value))", at: index + 1)
    }
    index = end + 1
    return value
  }
}

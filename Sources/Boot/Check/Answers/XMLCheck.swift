// Boot/Check/Answers: XML.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Whether a file is well-formed XML 1.0, as AutoYaST, Windows and XenServer want it.
///
/// Not checked: what a DTD says, namespaces, and what the elements mean.
package struct XMLCheck {
  var text: AnswerText
  var index = 0
  /// The elements that are open.
  private var open: [Range<Int>] = []
  private var hasRoot = false
  private var hasDoctype = false
  /// Declarations that are not read here may say what an entity is.
  private(set) var hasDeclarations = false

  /// Finds the first place where the text is not well-formed.
  ///
  /// - Parameter file: as below the data directory.
  package static func findings(_ bytes: [UInt8], file: String) -> [Finding] {
    var check = XMLCheck(text: AnswerText(bytes, file: file))
    if let name = TextEncoding.name(of: bytes) {
      check.text.report(.note, "xml", at: 0, "not checked: the text is \(name)")
      return check.text.findings
    }
    do throws(AnswerFault) {
      try check.readStart()
      if check.text.reportEncoding(allowsMark: true) { return check.text.findings }
      try check.readAll()
    } catch {
      check.text.report(error.severity, "xml", at: error.offset, error.sentence)
    }
    return check.text.findings
  }

  private init(text: AnswerText) { self.text = text }

  var next: UInt8? { text[index] }

  func fault(_ sentence: String, at offset: Int? = nil) -> AnswerFault {
    AnswerFault(offset: offset ?? index, sentence: sentence)
  }

  /// A mark, and the declaration.
  private mutating func readStart() throws(AnswerFault) {
    if text.isAt(0, "\u{feff}") { index = 3 }
    guard text.isAt(index, "<?xml"), let after = text[index + 5], Self.isBlank(after) else {
      return
    }
    try readDeclaration()
  }

  private mutating func readAll() throws(AnswerFault) {
    while let byte = next {
      if byte == UInt8(ascii: "<") {
        try readMarkup()
      } else if open.isEmpty {
        guard Self.isBlank(byte) else {
          let place = hasRoot ? "behind the root element" : "in front of the root element"
          throw fault("no text can stand \(place), and this is \(text.character(at: index))")
        }
        index += 1
      } else {
        try readText(byte)
      }
    }
    if let last = open.last {
      throw fault(
        "the text ends within \(tag(last)) of line \(text.line(at: last.lowerBound)); close it with"
          + " </\(shown(last))>")
    }
    guard hasRoot else { throw fault("there is no root element") }
  }

  private mutating func readText(_ byte: UInt8) throws(AnswerFault) {
    if byte == UInt8(ascii: "&") { return try readReference() }
    if byte == UInt8(ascii: "]"), text.isAt(index, "]]>") {
      throw fault("]]> cannot stand in text; write ]]&gt;")
    }
    try readCharacter()
  }

  private mutating func readMarkup() throws(AnswerFault) {
    if text.isAt(index, "<!--") { return try readComment() }
    if text.isAt(index, "<?") { return try readInstruction() }
    if text.isAt(index, "</") { return try readEndTag() }
    if text.isAt(index, "<![CDATA["), !open.isEmpty { return try readCDATA() }
    if text.isAt(index, "<!DOCTYPE") {
      guard !hasRoot, !hasDoctype else {
        throw fault("<!DOCTYPE stands in front of the root element, once")
      }
      hasDoctype = true
      return try readDoctype()
    }
    try readStartTag()
  }

  private mutating func readStartTag() throws(AnswerFault) {
    let start = index
    guard !hasRoot || !open.isEmpty else {
      throw fault("a second root element begins; XML has one")
    }
    index += 1
    guard next != UInt8(ascii: "!") else {
      throw fault(
        "<! begins a comment, CDATA in an element, or <!DOCTYPE, and none of them is here")
    }
    guard let name = readName() else {
      throw fault("a tag's name should follow <, and this is \(found); write &lt; for a plain <")
    }
    hasRoot = true
    var names: Set<[UInt8]> = []
    while true {
      let hasBlank = skipBlanks()
      if skip(">") { return open.append(name) }
      if skip("/>") { return }
      guard next != nil else { throw fault("the tag \(tag(name)) is not closed with >", at: start) }
      try readAttribute(of: name, &names, hasBlank: hasBlank)
    }
  }

  private mutating func readAttribute(
    of element: Range<Int>, _ names: inout Set<[UInt8]>, hasBlank: Bool
  ) throws(AnswerFault) {
    let start = index
    guard let name = readName() else {
      throw fault("an attribute or > should follow in \(tag(element)), and this is \(found)")
    }
    guard hasBlank else { throw fault("a blank is missing in front of the attribute", at: start) }
    guard names.insert(Array(text.bytes[name])).inserted else {
      throw fault("\(tag(element)) has the attribute \(text.quoted(name)) twice", at: start)
    }
    skipBlanks()
    guard skip("=") else {
      throw fault("= should follow the attribute \(text.quoted(name)), and this is \(found)")
    }
    skipBlanks()
    try readQuoted(name)
  }

  private mutating func readQuoted(_ name: Range<Int>) throws(AnswerFault) {
    guard let quote = next, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      throw fault(
        "the value of the attribute \(text.quoted(name)) needs quotes, and this is \(found)")
    }
    let start = index
    index += 1
    while let byte = next {
      switch byte {
      case quote:
        index += 1
        return
      case UInt8(ascii: "<"):
        throw fault(
          "< cannot stand in the attribute \(text.quoted(name)); write &lt;, or close its quotes")
      case UInt8(ascii: "&"): try readReference()
      default: try readCharacter()
      }
    }
    throw fault("the quotes of the attribute \(text.quoted(name)) are not closed", at: start)
  }

  private mutating func readEndTag() throws(AnswerFault) {
    index += 2
    let start = index
    guard let name = readName() else {
      throw fault("a tag's name should follow </, and this is \(found)")
    }
    guard let last = open.popLast() else {
      throw fault("</\(shown(name))> closes nothing; remove it", at: start)
    }
    guard text.bytes[name].elementsEqual(text.bytes[last]) else {
      throw fault(
        "</\(shown(name))> closes \(tag(last)) of line \(text.line(at: last.lowerBound)); write"
          + " </\(shown(last))> in front of it", at: start)
    }
    skipBlanks()
    guard skip(">") else { throw fault("> should end </\(shown(name)), and this is \(found)") }
  }

  private mutating func readDoctype() throws(AnswerFault) {
    let start = index
    index += 9
    skipBlanks()
    guard readName() != nil else {
      throw fault("the root element's name should follow <!DOCTYPE, and this is \(found)")
    }
    try readExternalName()
    skipBlanks()
    if next == UInt8(ascii: "[") {
      hasDeclarations = true
      text.report(.note, "xml", at: index, "not checked: declarations in <!DOCTYPE")
      try skipSubset(from: start)
      skipBlanks()
    }
    guard skip(">") else { throw fault("> should end <!DOCTYPE, and this is \(found)") }
  }

  private mutating func readExternalName() throws(AnswerFault) {
    let hasBlank = skipBlanks()
    let isPublic = text.isAt(index, "PUBLIC")
    guard isPublic || text.isAt(index, "SYSTEM") else { return }
    hasDeclarations = true
    guard hasBlank else { throw fault("a blank is missing here") }
    index += 6
    for isPlain in isPublic ? [true, false] : [false] {
      guard skipBlanks(), let quote = next, quote == 0x22 || quote == 0x27 else {
        throw fault("a blank and a name in quotes should follow, and this is \(found)")
      }
      index += 1
      while next != quote {
        guard let byte = next else { throw fault("the quotes in <!DOCTYPE are not closed") }
        guard !isPlain || Self.isPublic(byte) else {
          throw fault("a public name holds plain letters and signs only, and this is \(found)")
        }
        try readCharacter()
      }
      index += 1
    }
  }
}

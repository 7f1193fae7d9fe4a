// Boot/Template: values in XML.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Values in XML 1.0: in texts and attributes as references, in CDATA sections as they are.
struct XMLPlacement {
  private enum Mode: Equatable {
    case text, tag, cdata, comment
    case attribute(quote: UInt8)
    /// `<?...?>`.
    case instruction
    /// `<!...>`.
    case declaration
  }

  private static let split = Array("]]><![CDATA[".utf8)

  private var cursor: TemplateCursor
  private var mode = Mode.text
  /// How many elements are open.
  private var depth = 0
  private var isEndTag = false
  /// Behind a `&` of the author's that no `;` has ended.
  private var isInReference = false
  private var subset = XMLSubset()

  static func place(_ cursor: TemplateCursor) throws(TemplateError) -> [UInt8] {
    var placement = XMLPlacement(cursor: cursor)
    return try placement.place()
  }

  private init(cursor: TemplateCursor) { self.cursor = cursor }

  private mutating func place() throws(TemplateError) -> [UInt8] {
    while let byte = cursor.next {
      if byte == TemplateCursor.hole {
        try placeValue()
        continue
      }
      switch mode {
      case .text: readText(byte)
      case .tag: readTag(byte)
      case .attribute(let quote):
        follow(byte)
        if byte == quote { mode = .tag }
        cursor.copy()
      case .cdata: read(byte, until: "]]>")
      case .comment: read(byte, until: "-->")
      case .instruction: read(byte, until: "?>")
      case .declaration:
        if subset.ends(at: byte, cursor) { mode = .text }
        cursor.copy()
      }
    }
    return cursor.result
  }

  private mutating func read(_ byte: UInt8, until end: String) {
    if byte == end.utf8.first, cursor.isAt(end) {
      cursor.copy(end.utf8.count)
      mode = .text
    } else {
      cursor.copy()
    }
  }

  private mutating func follow(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "&"): isInReference = true
    case UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: "\""), UInt8(ascii: "'"), 0...0x20:
      isInReference = false
    default: break
    }
  }

  private mutating func readText(_ byte: UInt8) {
    follow(byte)
    guard byte == UInt8(ascii: "<") else { return cursor.copy() }
    if cursor.isAt("<!--") {
      mode = .comment
      cursor.copy(4)
    } else if cursor.isAt("<![CDATA[") {
      mode = .cdata
      cursor.copy(9)
    } else if cursor.isAt("<?") {
      mode = .instruction
      cursor.copy(2)
    } else if cursor.isAt("<!") {
      mode = .declaration
      subset = XMLSubset()
      cursor.copy(2)
    } else {
      mode = .tag
      isEndTag = cursor.isAt("</")
      cursor.copy()
    }
  }

  private mutating func readTag(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      isInReference = false
      mode = .attribute(quote: byte)
    case UInt8(ascii: ">"):
      if isEndTag {
        depth -= 1
      } else if cursor.byte(at: -1) != UInt8(ascii: "/") {
        depth += 1
      }
      mode = .text
    default: break
    }
    cursor.copy()
  }

  private mutating func placeValue() throws(TemplateError) {
    let (found, place) = cursor.take()
    let value = found.string
    try checkCharacters(value, place)
    switch mode {
    case .text:
      guard depth > 0 else { throw place.error("no value can stand outside of the elements") }
      guard !isInReference else { throw behindAmpersand(place) }
      try appendText(value, place)
    case .attribute:
      guard !isInReference else { throw behindAmpersand(place) }
      appendEscaped(value, isAttribute: true)
    case .cdata: appendCDATA(value)
    case .comment: try appendComment(value, place)
    case .tag:
      throw place.error(
        "no value can stand in a tag but within an attribute's quotes, or as the text between tags")
    case .instruction, .declaration:
      throw place.error("no value can stand in <?...?> or <!...>")
    }
  }

  private func behindAmpersand(_ place: TemplatePlace) -> TemplateError {
    place.error("it would become part of the & in front of it; write &amp;")
  }

  /// XML 1.0 section 2.2 has no character for most controls, and no way to write them.
  private func checkCharacters(_ value: String, _ place: TemplatePlace) throws(TemplateError) {
    let isBad = value.unicodeScalars.contains {
      ($0.value < 0x20 && $0 != "\t" && $0 != "\n" && $0 != "\r")
        || $0.value == 0xfffe || $0.value == 0xffff
    }
    if isBad { throw place.error("its value holds a control character that XML cannot hold") }
  }

  /// `]]>` cannot stand in a text, whoever wrote which part of it (XML 1.0 section 2.4).
  private mutating func appendText(_ value: String, _ place: TemplatePlace) throws(TemplateError) {
    let bracket = UInt8(ascii: "]")
    if value.isEmpty, cursor.result.last == bracket,
      let next = cursor.next, [bracket, UInt8(ascii: ">"), TemplateCursor.hole].contains(next)
    {
      throw place.error("its value is empty, and would make ]]> of the text around it")
    }
    appendEscaped(value, isAttribute: false)
    if cursor.result.last == bracket, !value.isEmpty {
      cursor.result.removeLast()
      cursor.result += "&#x5D;".utf8
    }
  }

  /// What readers would change (line ends, blanks in attributes) becomes a reference.
  private mutating func appendEscaped(_ value: String, isAttribute: Bool) {
    for scalar in value.unicodeScalars {
      switch scalar {
      case "&": cursor.result += "&amp;".utf8
      case "<": cursor.result += "&lt;".utf8
      case ">": cursor.result += "&gt;".utf8
      case "\"" where isAttribute: cursor.result += "&quot;".utf8
      case "'" where isAttribute: cursor.result += "&apos;".utf8
      case "\t" where isAttribute, "\n" where isAttribute, "\r", "\u{7f}"..."\u{9f}", "\u{2028}":
        cursor.result += "&#x\(String(scalar.value, radix: 16, uppercase: true));".utf8
      default: cursor.result += UTF8.encode(scalar).map(Array.init) ?? []
      }
    }
  }

  /// `]]>` is split over two sections, also where the author wrote a part of it.
  private mutating func appendCDATA(_ value: String) {
    for byte in value.utf8 {
      if byte == 0x0d {
        // A reader makes a line feed of it; a reference it leaves alone.
        cursor.result += "]]>&#xD;<![CDATA[".utf8
        continue
      }
      if byte == UInt8(ascii: ">"), cursor.result.suffix(2).elementsEqual("]]".utf8) {
        cursor.result += Self.split
      }
      cursor.result.append(byte)
    }
    if cursor.result.last == UInt8(ascii: "]") { cursor.result += Self.split }
  }

  private mutating func appendComment(
    _ value: String, _ place: TemplatePlace
  ) throws(TemplateError) {
    try TemplateCheck.line(value, place)
    let dash = UInt8(ascii: "-")
    let isBehindDash = cursor.result.last == dash
    let isBeforeDash = cursor.next == dash || cursor.next == TemplateCursor.hole
    let touches =
      value.isEmpty
      ? isBehindDash && isBeforeDash
      : isBehindDash && (value.utf8.first == dash || value.utf8.first == UInt8(ascii: ">"))
        || isBeforeDash && value.utf8.last == dash
    if touches || value.contains("--") {
      throw place.error("two hyphens cannot stand in a comment of XML")
    }
    cursor.result += value.utf8
  }
}

// Boot/Template: values in YAML.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Puts values into YAML so that each stays inside the scalar it stands in.
///
/// Follows quotes, block scalars, flow collections and comments (YAML 1.2.2 chapters 6 to 8) as far
/// as it takes to know what a place is; what the author wrote is never changed, but for the plain
/// scalar around a value that needs quotes.
struct YAMLPlacement {
  private enum Unit {
    case byte(UInt8)
    case value(TemplateValue, TemplatePlace)

    /// 0 for a value, which is no syntax.
    var byte: UInt8 {
      if case .byte(let byte) = self { return byte }
      return 0
    }
    var isBlank: Bool { byte == 0x20 || byte == 0x09 }
  }

  private enum Mode {
    case normal
    case doubleQuoted
    case singleQuoted
    /// `indent`: of its first line that is not empty; `nil` before that.
    case block(parent: Int, indent: Int?)
  }

  private var mode = Mode.normal
  private var flowDepth = 0
  /// Set when a plain scalar ended with its line; a line indented by more than this goes on with it.
  private var openScalar: Int?
  private var result: [UInt8] = []
  private var line: [Unit] = []
  private var index = 0
  /// Where the innermost key or dash of this line stands: what belongs to it is indented by more.
  private var column = 0

  mutating func place(_ pieces: [TemplatePiece]) throws(TemplateError) -> [UInt8] {
    for piece in pieces {
      switch piece {
      case .value(let value, let place): line.append(.value(value, place))
      case .text(let text):
        for byte in text {
          line.append(.byte(byte))
          if byte == 0x0a { try placeLine() }
        }
      }
    }
    try placeLine()
    return result
  }

  private mutating func placeLine() throws(TemplateError) {
    defer {
      line = []
      index = 0
    }
    let indent = line.prefix { $0.byte == 0x20 }.count
    let isEmpty = line.allSatisfy { $0.isBlank || $0.byte == 0x0a || $0.byte == 0x0d }
    if case .block(let parent, let known) = mode {
      if isEmpty { return try placeRaw() }
      if indent >= known ?? parent + 1 {
        if known == nil { try checkBlockStart(indent) }
        mode = .block(parent: parent, indent: known ?? indent)
        return try placeRaw()
      }
      mode = .normal
    }
    if isEmpty { return try placeRaw() }
    var isAtScalar = true
    switch mode {
    case .normal:
      let isContinuation = try isContinuation(indent)
      // All of it is text, whatever it looks like.
      if isContinuation, flowDepth == 0 { return try placeRaw() }
      isAtScalar = !isContinuation
    case .doubleQuoted, .singleQuoted: try checkDocumentMarker()
    case .block: break
    }
    column = indent - 1
    while index < line.count { isAtScalar = try placeUnit(isAtScalar) }
  }

  /// Whether the line goes on with a plain scalar of the line before; a value cannot stand there,
  /// for such a text cannot be put in quotes by halves.
  private mutating func isContinuation(_ indent: Int) throws(TemplateError) -> Bool {
    let first = line.first { !$0.isBlank }?.byte
    guard let open = openScalar, indent > open || flowDepth > 0, first != UInt8(ascii: "#") else {
      openScalar = nil
      return false
    }
    if flowDepth > 0 { openScalar = nil }
    for case .value(_, let place) in line {
      throw place.error(
        "it would be part of a text over several lines; put the text in quotes, or after | or >")
    }
    return true
  }

  /// Blanks in front of a block's first line would say how far the block is indented.
  private func checkBlockStart(_ indent: Int) throws(TemplateError) {
    guard case .value(let value, let place) = line[indent] else { return }
    if let first = value.string.utf8.first, first == 0x20 || first == 0x09 {
      throw place.error("its value begins with a blank, which cannot begin a block; use quotes")
    }
  }

  /// Three hyphens or dots at a line's start end a document, in quotes too.
  private func checkDocumentMarker() throws(TemplateError) {
    guard case .value(let value, let place)? = line.first else { return }
    if value.string.hasPrefix("---") || value.string.hasPrefix("...") {
      throw place.error("its value cannot begin a line of its own; indent it")
    }
  }

  /// Takes what comes next on the line.
  ///
  /// - Parameter isAtScalar: whether a scalar may begin here.
  /// - Returns: whether one may begin behind it.
  private mutating func placeUnit(_ isAtScalar: Bool) throws(TemplateError) -> Bool {
    switch mode {
    case .doubleQuoted, .singleQuoted:
      try placeQuoted()
      return false
    case .block:
      try placeRaw()
      return false
    case .normal: break
    }
    let unit = line[index]
    if unit.isBlank || unit.byte == 0x0a || unit.byte == 0x0d {
      copyByte()
      return isAtScalar
    }
    if unit.byte == UInt8(ascii: "#"), index == 0 || line[index - 1].isBlank {
      try placeRaw()
      return false
    }
    if flowDepth > 0, let isNext = placeFlowIndicator(unit.byte) { return isNext }
    guard isAtScalar else {
      // A colon after a key, or what should not be there.
      let isKeyEnd = unit.byte == UInt8(ascii: ":")
      try copySyntax()
      return isKeyEnd
    }
    return try placeScalarStart(unit.byte)
  }

  private mutating func placeFlowIndicator(_ byte: UInt8) -> Bool? {
    switch byte {
    case UInt8(ascii: ","):
      copyByte()
      return true
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      flowDepth -= 1
      copyByte()
      return false
    default: return nil
    }
  }

  private mutating func placeScalarStart(_ byte: UInt8) throws(TemplateError) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      mode = byte == UInt8(ascii: "\"") ? .doubleQuoted : .singleQuoted
      copyByte()
      return false
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      flowDepth += 1
      copyByte()
      return true
    case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
      guard endsWord(index + 1) else { break }
      column = index
      copyByte()
      return true
    case UInt8(ascii: "!"), UInt8(ascii: "&"), UInt8(ascii: "*"):
      while index < line.count, !endsWord(index) { try copySyntax() }
      return true
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      guard flowDepth == 0, isBlockHeader else { break }
      let digit = line[(index + 1)...].prefix(2).first { (0x31...0x39).contains($0.byte) }?.byte
      try placeRaw()
      mode = .block(parent: column, indent: digit.map { max(column, 0) + Int($0 - 0x30) })
      return false
    default: break
    }
    return try placePlain()
  }

  /// Whether nothing but a block scalar's header is left on the line.
  private var isBlockHeader: Bool {
    var rest = line[(index + 1)...].drop { "+-0123456789".utf8.contains($0.byte) }
    let isSeparated = rest.first?.isBlank ?? true
    rest = rest.drop { $0.isBlank || $0.byte == 0x0d || $0.byte == 0x0a }
    guard let first = rest.first else { return true }
    return isSeparated && first.byte == UInt8(ascii: "#")
  }

  private func endsWord(_ index: Int) -> Bool {
    guard index < line.count else { return true }
    let unit = line[index]
    if case .value = unit { return false }
    return unit.isBlank || unit.byte == 0x0a || unit.byte == 0x0d
  }

  /// A plain scalar up to its end: a key's colon, a comment, an indicator of a flow, the line's end.
  private mutating func placePlain() throws(TemplateError) -> Bool {
    let start = index
    var end = index
    var position = index
    scan: while position < line.count {
      let byte = line[position].byte
      switch byte {
      case 0x0a, 0x0d: break scan
      case UInt8(ascii: ":"):
        let isFlowEnd =
          flowDepth > 0 && position + 1 < line.count
          && ",[]{}".utf8.contains(line[position + 1].byte)
        if endsWord(position + 1) || isFlowEnd { break scan }
      case UInt8(ascii: "#"): if position > start, line[position - 1].isBlank { break scan }
      case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
        UInt8(ascii: "}"):
        if flowDepth > 0 { break scan }
      default: break
      }
      position += 1
      if !line[position - 1].isBlank { end = position }
    }
    let isKey = position < line.count && line[position].byte == UInt8(ascii: ":")
    let isLast = position >= line.count || [0x0a, 0x0d].contains(line[position].byte)
    if isLast { openScalar = column }
    result += plain(line[start..<end])
    index = end
    if isKey, flowDepth == 0 { column = start }
    return false
  }

  /// A plain scalar with its values; in quotes when it needs them now.
  private func plain(_ units: ArraySlice<Unit>) -> [UInt8] {
    var text: [UInt8] = []
    var hasValue = false
    for unit in units {
      switch unit {
      case .byte(let byte): text.append(byte)
      case .value(.bare(let bare), _) where units.count == 1: return Array(bare.utf8)
      case .value(let value, _):
        hasValue = true
        text += value.string.utf8
      }
    }
    if !hasValue || YAMLScalar.isPlain(text, isInFlow: flowDepth > 0) { return text }
    return YAMLScalar.doubleQuoted(text)
  }

  /// What stands in quotes, up to their end or the line's.
  private mutating func placeQuoted() throws(TemplateError) {
    let isDouble = if case .doubleQuoted = mode { true } else { false }
    while index < line.count {
      switch line[index] {
      case .value(let value, let place):
        if isDouble {
          result += YAMLScalar.doubleQuoted(Array(value.string.utf8)).dropFirst().dropLast()
        } else {
          guard !ControlCharacters.isIn(value.string) else {
            throw place.error(
              "its value holds a line break or control character; use double quotes")
          }
          for byte in value.string.utf8 {
            result += byte == UInt8(ascii: "'") ? [byte, byte] : [byte]
          }
        }
        index += 1
      case .byte(UInt8(ascii: "\\")) where isDouble:
        copyByte()
        if index < line.count, case .value(_, let place) = line[index] {
          throw place.error("a backslash stands in front of it")
        }
        if index < line.count { copyByte() }
      case .byte(UInt8(ascii: "'")) where !isDouble:
        copyByte()
        if index < line.count, line[index].byte == UInt8(ascii: "'") {
          copyByte()
          continue
        }
        mode = .normal
        return
      case .byte(UInt8(ascii: "\"")) where isDouble:
        copyByte()
        mode = .normal
        return
      case .byte: copyByte()
      }
    }
  }

  /// What is neither in a scalar nor in a comment, where a value would be syntax.
  private mutating func copySyntax() throws(TemplateError) {
    if case .value(_, let place) = line[index] {
      throw place.error("no value can stand here: it is neither in a text nor in place of one")
    }
    copyByte()
  }

  private mutating func copyByte() {
    result.append(line[index].byte)
    index += 1
  }

  /// The rest of the line as it is: a comment, or a line of a block scalar.
  private mutating func placeRaw() throws(TemplateError) {
    while index < line.count { try copyAsText() }
  }

  private mutating func copyAsText() throws(TemplateError) {
    guard case .value(let value, let place) = line[index] else { return copyByte() }
    guard !ControlCharacters.isIn(value.string) else {
      throw place.error(
        "its value holds a line break or control character, which cannot stand here;"
          + " use double quotes")
    }
    result += value.string.utf8
    index += 1
  }
}

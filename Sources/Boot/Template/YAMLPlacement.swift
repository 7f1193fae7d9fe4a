// Boot/Template: values in YAML.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Puts values into YAML so that each stays inside the scalar it stands in.
///
/// Follows quotes, block scalars, flow collections and comments (YAML 1.2.2 chapters 6 to 8) as far
/// as it takes to know what a place is; what the author wrote is never changed, but for the plain
/// scalar around a value that needs quotes.
struct YAMLPlacement {
  private enum Mode {
    case normal
    case doubleQuoted
    case singleQuoted
    /// `indent`: of its first line that is not empty; `nil` before that.
    case block(parent: Int, indent: Int?)
  }

  private var mode = Mode.normal
  /// Whether the block began with `>`.
  private var isFolded = false
  private(set) var flowDepth = 0
  /// Set when a plain scalar ended with its line; a line indented by more than this goes on with it.
  private var openScalar: Int?
  private(set) var cursor: TemplateCursor
  /// The line's first byte, and where it ends, in the author's text.
  private(set) var start = 0
  private(set) var end = 0
  /// Behind the escape in double quotes that came last.
  private var escapeEnd = 0
  /// Where the keys and dashes stand that are open, the outermost first: what belongs to one is indented
  /// by more.
  private var parents: [Int] = []
  var column: Int { parents.last ?? -1 }
  /// Where what might be a key began, on this line.
  private var entry: Int?

  init(_ cursor: TemplateCursor) { self.cursor = cursor }

  mutating func place() throws(TemplateError) -> [UInt8] {
    while cursor.next != nil {
      start = cursor.index
      end = start
      while end < cursor.text.count, cursor.text[end] != 0x0a { end += 1 }
      end = min(end + 1, cursor.text.count)
      let written = cursor.result.count
      let isText = isText
      try placeLine()
      if isText { try checkDocumentMarker(written) }
    }
    return cursor.result
  }

  var index: Int { cursor.index }

  private var isText: Bool {
    if case .normal = mode { false } else { true }
  }

  private mutating func placeLine() throws(TemplateError) {
    var first = start
    while first < end, cursor.text[first] == 0x20 { first += 1 }
    let indent = first - start
    while first < end, isBlank(first) || isBreak(first) { first += 1 }
    let isEmpty = first == end
    if case .block(let parent, let known) = mode {
      if isEmpty { return try placeRaw() }
      if indent >= known ?? parent + 1, !isDocumentMarker {
        if known == nil || isFolded { try checkBlockStart(indent, isFirst: known == nil) }
        mode = .block(parent: parent, indent: known ?? indent)
        return try placeRaw()
      }
      mode = .normal
    }
    if isEmpty { return try placeRaw() }
    var isAtScalar = true
    if !isText {
      if isDocumentMarker {
        // What follows on its line is a document's first.
        (openScalar, flowDepth, parents) = (nil, 0, [])
        entry = nil
        cursor.copy(3)
        return try placeUnits(isAtScalar)
      }
      if openScalar == nil, flowDepth == 0, cursor.next == UInt8(ascii: "%") {
        while index < end { try copySyntax() }
        return
      }
      let isContinuation = try isContinuation(indent)
      // All of it is text, whatever it looks like.
      if isContinuation, flowDepth == 0 { return try placeRaw() }
      isAtScalar = !isContinuation
    }
    if !isText, flowDepth == 0, isAtScalar {
      while let last = parents.last, last >= indent { parents.removeLast() }
    }
    entry = nil
    try placeUnits(isAtScalar)
  }

  private mutating func placeUnits(_ isAtScalar: Bool) throws(TemplateError) {
    var isAtScalar = isAtScalar
    while index < end { isAtScalar = try placeUnit(isAtScalar) }
  }

  /// Whether the line goes on with a plain scalar of the line before; a value cannot stand there,
  /// for such a text cannot be put in quotes by halves.
  private mutating func isContinuation(_ indent: Int) throws(TemplateError) -> Bool {
    guard let open = openScalar, indent > open || flowDepth > 0,
      cursor.firstWord(after: 0) != UInt8(ascii: "#")
    else {
      openScalar = nil
      return false
    }
    if flowDepth > 0 { openScalar = nil }
    if cursor.text[start..<end].contains(TemplateCursor.hole), let (_, place) = cursor.upcoming {
      throw isOfSeveralLines(place)
    }
    return true
  }

  private func isOfSeveralLines(_ place: TemplatePlace) -> TemplateError {
    place.error(
      "it would be part of a text over several lines; put the text in quotes, or after | or >")
  }

  /// Blanks in front of a block's first line would say how far the block is indented, and in a folded
  /// block that a line is not to be joined to the one before.
  private func checkBlockStart(_ indent: Int, isFirst: Bool) throws(TemplateError) {
    guard cursor.text[start + indent] == TemplateCursor.hole,
      let (value, place) = cursor.upcoming
    else { return }
    if let first = value.string.utf8.first {
      guard ASCII.isBlank(first) else { return }
    } else if !isFirst || isHarmlessEmpty(indent) {
      return
    }
    throw place.error(
      "its value begins with a blank or is empty, which cannot begin a block; use quotes")
  }

  /// Three hyphens or dots at a line's start end a document, in quotes and blocks too.
  private func checkDocumentMarker(_ written: Int) throws(TemplateError) {
    let line = cursor.result[written...].prefix(3)
    guard line.elementsEqual("---".utf8) || line.elementsEqual("...".utf8),
      cursor.text[start..<end].prefix(3).contains(TemplateCursor.hole), let place = cursor.latest
    else { return }
    throw place.error("its value cannot begin a line of its own; indent it")
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
    let byte = cursor.text[index]
    if isBlank(index) || isBreak(index) {
      cursor.copy()
      return isAtScalar
    }
    if byte == UInt8(ascii: "#"), index == start || isBlank(index - 1) {
      try placeRaw()
      return false
    }
    if flowDepth > 0, let isNext = placeFlowIndicator(byte) { return isNext }
    guard isAtScalar else {
      // A colon after a key, or what should not be there.
      let isKeyEnd = byte == UInt8(ascii: ":")
      if isKeyEnd, flowDepth == 0, endsWord(index + 1), let entry { parents.append(entry) }
      try copySyntax()
      return isKeyEnd
    }
    if flowDepth == 0, entry == nil { entry = index - start }
    return try placeScalarStart(byte)
  }

  private mutating func placeFlowIndicator(_ byte: UInt8) -> Bool? {
    switch byte {
    case UInt8(ascii: ","):
      cursor.copy()
      return true
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      flowDepth -= 1
      cursor.copy()
      return false
    default: return nil
    }
  }

  private mutating func placeScalarStart(_ byte: UInt8) throws(TemplateError) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      mode = byte == UInt8(ascii: "\"") ? .doubleQuoted : .singleQuoted
      cursor.copy()
      return false
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      flowDepth += 1
      cursor.copy()
      return true
    case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
      guard endsWord(index + 1) else { break }
      if flowDepth == 0 {
        parents.append(index - start)
        entry = nil
      }
      cursor.copy()
      return true
    case UInt8(ascii: "!"), UInt8(ascii: "&"), UInt8(ascii: "*"):
      while index < end, !endsWord(index) { try copySyntax() }
      return true
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      guard flowDepth == 0, isBlockHeader else { break }
      let digit = cursor.text[(index + 1)..<end].prefix(2).first { (0x31...0x39).contains($0) }
      isFolded = byte == UInt8(ascii: ">")
      try placeRaw()
      mode = .block(parent: column, indent: digit.map { max(column, 0) + Int($0 - 0x30) })
      return false
    default: break
    }
    return try placePlain()
  }

  /// A plain scalar up to its end: a key's colon, a comment, an indicator of a flow, the line's end.
  private mutating func placePlain() throws(TemplateError) -> Bool {
    let first = index
    var last = index
    var position = index
    scan: while position < end {
      switch cursor.text[position] {
      case 0x0a, 0x0d: break scan
      case UInt8(ascii: ":"):
        let isFlowEnd =
          flowDepth > 0 && position + 1 < end
          && ",[]{}".utf8.contains(cursor.text[position + 1])
        if endsWord(position + 1) || isFlowEnd { break scan }
      case UInt8(ascii: "#"): if position > first, isBlank(position - 1) { break scan }
      case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
        UInt8(ascii: "}"):
        if flowDepth > 0 { break scan }
      default: break
      }
      position += 1
      if !isBlank(position - 1) { last = position }
    }
    let isKey = position < end && cursor.text[position] == UInt8(ascii: ":")
    if position >= end || isBreak(position) { openScalar = column }
    let written = cursor.result.count
    try placePlain(to: last, isLast: position >= end || isBreak(position))
    if isKey { try checkKey(from: first, written) }
    return false
  }

  /// A key has 1024 characters on one line at most (YAML 1.2.2 section 7.4.2).
  private func checkKey(from first: Int, _ written: Int) throws(TemplateError) {
    guard cursor.result.count - written > 1000,
      cursor.text[first..<index].contains(TemplateCursor.hole), let place = cursor.latest
    else { return }
    throw place.error("its value makes a key of more than 1,000 bytes, which YAML does not have")
  }

  /// A plain scalar with its values; in quotes when it needs them now.
  private mutating func placePlain(to last: Int, isLast: Bool) throws(TemplateError) {
    guard cursor.text[index..<last].contains(TemplateCursor.hole) else {
      return cursor.copy(last - index)
    }
    let isAlone = last - index == 1
    var text: [UInt8] = []
    while index < last {
      guard cursor.next == TemplateCursor.hole else {
        text.append(cursor.text[index])
        cursor.skip()
        continue
      }
      let value = cursor.take().value
      if isAlone, case .bare(let bare) = value {
        cursor.result += bare.utf8
        return
      }
      text += value.string.utf8
    }
    if YAMLScalar.isPlain(text, isInFlow: flowDepth > 0) {
      cursor.result += text
    } else {
      if isLast, goesOn, let place = cursor.latest { throw isOfSeveralLines(place) }
      cursor.result += YAMLScalar.doubleQuoted(text)
    }
  }

  /// What stands in quotes, up to their end or the line's.
  private mutating func placeQuoted() throws(TemplateError) {
    let isDouble = if case .doubleQuoted = mode { true } else { false }
    let (first, written) = (index, cursor.result.count)
    while index < end {
      switch cursor.text[index] {
      case TemplateCursor.hole: try placeInQuotes(isDouble)
      case UInt8(ascii: "\\") where isDouble:
        cursor.copy()
        if cursor.next == TemplateCursor.hole, let (_, place) = cursor.upcoming {
          throw place.error("a backslash stands in front of it")
        }
        if let byte = cursor.next, index < end {
          let digits = [0x78: 2, 0x75: 4, 0x55: 8][byte] ?? 0
          escapeEnd = index + 1 + digits
          cursor.copy()
        }
      case UInt8(ascii: "'") where !isDouble && index + 1 < end && cursor.byte(at: 1) == 0x27:
        cursor.copy(2)
      case UInt8(ascii: "'") where !isDouble, UInt8(ascii: "\"") where isDouble:
        cursor.copy()
        mode = .normal
        if cursor.firstWord(after: 0) == UInt8(ascii: ":") { try checkKey(from: first, written) }
        return
      default: cursor.copy()
      }
    }
  }

  private mutating func placeInQuotes(_ isDouble: Bool) throws(TemplateError) {
    let isInEscape = index < escapeEnd
    let isFirst = cursor.text[start..<index].allSatisfy(ASCII.isBlank)
    let (found, place) = cursor.take()
    let value = found.string
    let isLast = cursor.firstWord(after: 0).map { $0 == 0x0a || $0 == 0x0d } ?? true
    if isFirst || isLast, value.isEmpty || value.hasPrefix(" ") || value.hasSuffix(" ") {
      throw place.error(
        "its value is empty or has blanks at its ends, which are lost where quotes go over several"
          + " lines")
    }
    if isDouble {
      if isInEscape { throw place.error("it would become part of the escape in front of it") }
      cursor.result += YAMLScalar.doubleQuoted(Array(value.utf8)).dropFirst().dropLast()
      return
    }
    guard !ControlCharacters.isIn(value) else {
      throw place.error("its value holds a line break or control character; use double quotes")
    }
    for byte in value.utf8 { cursor.result += byte == 0x27 ? [byte, byte] : [byte] }
  }

  /// What is neither in a scalar nor in a comment, where a value would be syntax.
  private mutating func copySyntax() throws(TemplateError) {
    if cursor.next == TemplateCursor.hole, let (_, place) = cursor.upcoming {
      throw place.error("no value can stand here: it is neither in a text nor in place of one")
    }
    cursor.copy()
  }

  /// The rest of the line as it is: a comment, or a line of a block scalar.
  private mutating func placeRaw() throws(TemplateError) {
    while index < end {
      guard cursor.next == TemplateCursor.hole else {
        cursor.copy()
        continue
      }
      let (value, place) = cursor.take()
      guard !ControlCharacters.isIn(value.string) else {
        throw place.error(
          "its value holds a line break or control character, which cannot stand here;"
            + " use double quotes")
      }
      cursor.result += value.string.utf8
    }
  }
}

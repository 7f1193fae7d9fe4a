// Boot/YAML: collections by indentation.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLReader {
  /// A node that becomes a mapping's key if a colon follows.
  struct Candidate {
    /// Its event's index.
    var event = 0
    /// Of its first byte, anchor and tag included.
    var start = 0
    /// Of the line that it began on.
    var lineStart = 0
    /// What the lines above it say of the node that it is or begins.
    var outer = YAMLProperties()
    /// Whether it stands where a mapping's next key is due.
    var isKey = false
    /// Why it cannot begin a mapping; `nil` where it can.
    var refusal: String?
  }

  private static let onOneLine = "a mapping cannot begin on this line; move it to a line of its own"

  /// Reads a node, or the beginning of one (chapter 8.2.3).
  ///
  /// - Parameters:
  ///   - parent: what it has to be indented further than, in columns; -1 for a document.
  ///   - isCompact: whether a collection may begin on the line of its parent.
  ///   - isValue: whether a sequence may stand as far to the left as its parent, a mapping.
  mutating func blockNode(
    parent: Int, isCompact: Bool = false, isValue: Bool = false
  ) throws(YAMLError) {
    var outer = YAMLProperties()
    var inner = YAMLProperties()
    var hasTab = false
    while true {
      let before = position
      skipToContent()
      if isAtLineContent {
        outer = try joined(outer, inner)
        inner = YAMLProperties()
        hasTab = lineHasTab
        let isSequence = isValue && lineSpaces == parent && isIndicator(UInt8(ascii: "-"))
        if isAtEnd || isAtDocumentMarker || lineSpaces <= parent && !(isSequence && !hasTab) {
          if !isAtEnd, !isAtDocumentMarker, hasTab { throw error(Self.tabIndents) }
          emitEmpty(outer)
          return
        }
      } else if inner.isEmpty {
        hasTab = bytes[before..<position].contains(0x09)
      }
      guard isAtProperty else { break }
      try property(into: &inner, inFlow: false)
    }
    let isFirst = inner.isEmpty ? isAtLineContent : inner.start == lineContent
    var refusal: String?
    if !isFirst, !isCompact { refusal = Self.onOneLine }
    if hasTab { refusal = Self.tabIndents }
    try blockContent(parent: parent, outer: outer, inner: inner, refusal: refusal)
  }

  private mutating func blockContent(
    parent: Int, outer: YAMLProperties, inner: YAMLProperties, refusal: String?
  ) throws(YAMLError) {
    switch next {
    case UInt8(ascii: "-") where isSpace(at: position + 1):
      if let refusal {
        throw error(
          refusal == Self.onOneLine
            ? "a list cannot begin on this line; move it to a line of its own" : refusal)
      }
      try open(.blockSequence, outer, inner)
    case UInt8(ascii: "?") where isSpace(at: position + 1):
      if let refusal { throw error(refusal) }
      try open(.blockMapping, outer, inner)
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      let properties = try joined(outer, inner)
      try blockScalar(parent: parent, properties)
    default:
      try candidate(
        Candidate(
          event: events.count, start: inner.isEmpty ? position : inner.start, lineStart: lineStart,
          outer: outer, refusal: refusal),
        inner, parent: parent)
    }
  }

  private mutating func open(
    _ kind: Frame.Kind, _ properties: YAMLProperties, _ inner: YAMLProperties
  ) throws(YAMLError) {
    guard inner.isEmpty else {
      throw error("an anchor or tag stands on the line above its list or mapping", at: inner.start)
    }
    try push(Frame(kind: kind, state: .first, indent: column(of: position), start: position))
    emit(
      kind == .blockSequence ? .sequenceStart(.block) : .mappingStart(.block), properties,
      from: position, to: position)
  }

  /// Reads what may be a key.
  ///
  /// - Parameter properties: those on its line.
  private mutating func candidate(
    _ candidate: Candidate, _ properties: YAMLProperties, parent: Int
  ) throws(YAMLError) {
    switch next {
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      flowNode = candidate
      flowIndent = parent + 1
      return try openFlow(properties)
    case UInt8(ascii: "*"): try alias(properties)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      try quoted(properties, indent: parent + 1)
    case UInt8(ascii: ":") where isSpace(at: position + 1):
      emitEmpty(properties, at: position)
    default:
      try checkPlainStart(inFlow: false)
      try plain(properties, indent: parent + 1, inFlow: false, onOneLine: candidate.isKey)
    }
    try finish(candidate)
  }

  /// Decides what a node is: a key if a colon follows (chapter 8.2.2).
  mutating func finish(_ candidate: Candidate) throws(YAMLError) {
    let colon = behindBlanks(at: position)
    guard byte(at: colon) == UInt8(ascii: ":"), isSpace(at: colon + 1) else {
      guard !candidate.isKey else {
        if byte(at: colon) == UInt8(ascii: ":") {
          throw error("a space is missing after this colon", at: colon)
        }
        throw error("a colon and a space are missing after this key", at: candidate.start)
      }
      if !candidate.outer.isEmpty { try addProperties(of: candidate) }
      return try endLine()
    }
    guard candidate.lineStart == lineStart else {
      let start = line(of: candidate.start)
      throw error(
        candidate.isKey
          ? "a key must stand on one line; this one began at line \(start)"
          : "this colon stands within a value that began at line \(start);"
            + " indent the line as its neighbours, or put quotes around the value", at: colon)
    }
    try checkKeyLength(from: candidate.start, to: colon)
    if !candidate.isKey {
      if candidate.refusal == Self.tabIndents { throw error(Self.tabIndents, at: candidate.start) }
      if candidate.refusal != nil {
        throw error(
          "this colon begins a mapping within a line; put quotes around the value,"
            + " or move the mapping to a line of its own", at: colon)
      }
      let start = events[candidate.event].start.offset
      try push(
        Frame(
          kind: .blockMapping, state: .value, indent: column(of: candidate.start), start: start))
      if keepsTexts {
        let event = YAMLEvent(.mappingStart(.block), candidate.outer, from: start, to: start)
        openings.append((candidate.event, event))
      }
    } else {
      setState(.value)
    }
    position = colon + 1
    lastEnd = position
  }

  /// Gives a node that is no key what the lines above it say.
  private mutating func addProperties(of candidate: Candidate) throws(YAMLError) {
    let event = events[candidate.event]
    if case .alias = event.kind {
      throw error("an alias cannot have an anchor or a tag", at: candidate.outer.start)
    }
    let inner = YAMLProperties(anchor: event.anchor, tag: event.tag, start: candidate.start)
    let both = try joined(candidate.outer, inner)
    events[candidate.event].anchor = both.anchor
    events[candidate.event].tag = both.tag
  }

  func checkKeyLength(from start: Int, to end: Int) throws(YAMLError) {
    guard end - start > Self.maxKeyLength else { return }
    let length = bytes[start..<end].count { $0 & 0xc0 != 0x80 }
    if length > Self.maxKeyLength {
      throw error("a key is longer than \(Self.maxKeyLength) characters", at: start)
    }
  }

  /// Goes on with a sequence (chapter 8.2.1).
  mutating func blockSequence(_ frame: Frame) throws(YAMLError) {
    if frame.state == .next {
      guard try isAtEntry(of: frame) else { return try close(frame) }
      if !isIndicator(UInt8(ascii: "-")) {
        let below = frames.dropLast().last
        if let below, below.kind == .blockMapping, below.indent == frame.indent {
          return try close(frame)
        }
        throw error("a list goes on with a hyphen and a space")
      }
    }
    setState(.next)
    position += 1
    lastEnd = position
    try blockNode(parent: frame.indent, isCompact: true)
  }

  /// Goes on with a mapping (chapter 8.2.2).
  mutating func blockMapping(_ frame: Frame) throws(YAMLError) {
    if frame.state == .value {
      setState(.next)
      return try blockNode(parent: frame.indent, isValue: true)
    }
    let isAtEntry = frame.state == .first ? true : try isAtEntry(of: frame)
    if frame.state == .afterKey {
      setState(.next)
      guard isAtEntry, isIndicator(UInt8(ascii: ":")) else { return emitEmpty() }
      position += 1
      lastEnd = position
      return try blockNode(parent: frame.indent, isCompact: true, isValue: true)
    }
    guard isAtEntry else { return try close(frame) }
    if isIndicator(UInt8(ascii: "?")) {
      setState(.afterKey)
      position += 1
      lastEnd = position
      return try blockNode(parent: frame.indent, isCompact: true, isValue: true)
    }
    try key(of: frame)
  }

  private mutating func key(of frame: Frame) throws(YAMLError) {
    if isIndicator(UInt8(ascii: "-")) {
      throw error("a list entry stands among the keys of a mapping")
    }
    let start = position
    var properties = YAMLProperties()
    while isAtProperty {
      try property(into: &properties, inFlow: false)
      position = behindBlanks(at: position)
    }
    if isAtEnd || Self.isBreak(next) {
      throw error("an anchor or tag stands here without a key", at: start)
    }
    try candidate(
      Candidate(event: events.count, start: start, lineStart: lineStart, isKey: true), properties,
      parent: frame.indent)
  }

  /// Whether the next line is one of this collection's, and not of one around it.
  private mutating func isAtEntry(of frame: Frame) throws(YAMLError) -> Bool {
    skipToContent()
    if isAtEnd || isAtDocumentMarker { return false }
    if lineHasTab { throw error(Self.tabIndents) }
    if lineSpaces == frame.indent { return true }
    let below = frames.dropLast().last?.indent ?? -1
    if lineSpaces > frame.indent || lineSpaces > below {
      throw error(
        "this line is indented by \(lineSpaces), and its neighbours by \(frame.indent)")
    }
    return false
  }

  private mutating func close(_ frame: Frame) throws(YAMLError) {
    frames.removeLast()
    emit(
      frame.kind == .blockSequence ? .sequenceEnd : .mappingEnd, from: lastEnd, to: lastEnd)
  }
}

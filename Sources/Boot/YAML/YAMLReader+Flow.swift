// Boot/YAML: collections in brackets.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLReader {
  /// Reads the opening bracket.
  mutating func openFlow(_ properties: YAMLProperties) throws(YAMLError) {
    let isSequence = next == UInt8(ascii: "[")
    try push(
      Frame(
        kind: isSequence ? .flowSequence : .flowMapping, state: .first, start: position))
    position += 1
    emit(
      isSequence ? .sequenceStart(.flow) : .mappingStart(.flow), properties, from: position - 1,
      to: position)
  }

  private mutating func closeFlow() throws(YAMLError) {
    let frame = frames.removeLast()
    position += 1
    emit(
      frame.kind == .flowSequence ? .sequenceEnd : .mappingEnd, from: position - 1, to: position)
    switch frames.last?.kind {
    case .flowSequence, .flowMapping, .flowPair: break
    case .blockSequence, .blockMapping, nil: try finish(flowNode)
    }
  }

  /// Passes over blanks, comments and line breaks within brackets.
  private mutating func skipInFlow() throws(YAMLError) {
    skipToContent()
    if isAtEnd { throw unclosed() }
    if isAtLineContent {
      if isAtDocumentMarker { throw unclosed("a line with --- or ... stands within brackets; ") }
      try checkFlowIndent()
    }
    if next == UInt8(ascii: "#") { throw error("a comment needs a space in front of its #") }
  }

  /// Makes sure that a line within brackets or quotes is indented enough (chapter 6.3).
  ///
  /// - Parameter quote: where the quotes began; `nil` within brackets.
  func checkFlowIndent(quote: Int? = nil) throws(YAMLError) {
    guard flowIndentation == .strict, lineSpaces < flowIndent else { return }
    if lineHasTab { throw error(Self.tabIndents) }
    let what = quote == nil ? bracket.name : "text in quotes"
    throw error(
      "the \(what) that began at line \(line(of: quote ?? bracket.start)) is still open here;"
        + " close it, or indent this line by at least \(flowIndent)")
  }

  /// The bracket that began last.
  private var bracket: (name: String, start: Int) {
    let start = frames.last { $0.kind == .flowSequence || $0.kind == .flowMapping }?.start ?? 0
    return (String(Unicode.Scalar(byte(at: start))), start)
  }

  private func unclosed(_ found: String = "") -> YAMLError {
    error(
      "\(found)the \(bracket.name) that began at line \(line(of: bracket.start)) has no end",
      at: found.isEmpty ? bracket.start : position)
  }

  /// Whether a colon is there that ends a key (chapter 7.4.2).
  ///
  /// - Parameter isAdjacent: whether anything may follow, as after quotes and brackets.
  private func isColon(isAdjacent: Bool = false) -> Bool {
    next == UInt8(ascii: ":")
      && (isAdjacent || isSpace(at: position + 1) || Self.isFlowIndicator(byte(at: position + 1)))
  }

  /// Whether the node that ended last is in quotes or brackets.
  private var isBehindJSON: Bool {
    switch events[events.count - 1].kind {
    case .scalar(_, let style): style != .plain
    case .mappingEnd, .sequenceEnd: true
    default: false
    }
  }

  /// Goes on with a sequence (chapter 7.4.1).
  mutating func flowSequence(_ frame: Frame) throws(YAMLError) {
    if frame.state == .maybeKey { return try flowEntryEnd(frame) }
    try skipInFlow()
    switch next {
    case UInt8(ascii: "]"): try closeFlow()
    case UInt8(ascii: ",") where frame.state == .after:
      position += 1
      lastEnd = position
      setState(.next)
    case UInt8(ascii: ","):
      throw error("nothing stands in front of this comma")
    case _ where frame.state == .after:
      throw error(
        isColon()
          ? "a comma or ] is missing; a key in [ ] and its colon stand on one line"
          : "a comma or ] is missing")
    case UInt8(ascii: "?") where isSpace(at: position + 1):
      setState(.after)
      try push(Frame(kind: .flowPair, state: .explicitKey, start: position))
      emit(.mappingStart(.flow), from: position, to: position)
      position += 1
      lastEnd = position
    default:
      frames[frames.count - 1].keyEvent = events.count
      frames[frames.count - 1].keyStart = position
      frames[frames.count - 1].keyLine = lineStart
      setState(.maybeKey)
      try flowContent()
    }
  }

  /// Behind an entry: it is a key if a colon follows on its line.
  private mutating func flowEntryEnd(_ frame: Frame) throws(YAMLError) {
    setState(.after)
    let end = position
    position = behindBlanks(at: position)
    guard isColon(isAdjacent: isBehindJSON) else {
      position = end
      return
    }
    guard frame.keyLine == lineStart else {
      throw error(
        "a key in [ ] must stand on one line; this one began at line \(line(of: frame.keyStart))")
    }
    try checkKeyLength(from: frame.keyStart, to: position)
    let start = events[frame.keyEvent].start.offset
    try push(Frame(kind: .flowPair, state: .afterKey, start: start))
    guard keepsTexts else { return }
    openings.append((frame.keyEvent, YAMLEvent(.mappingStart(.flow), from: start, to: start)))
  }

  /// Goes on with a mapping or with a pair in a sequence (chapter 7.4.2).
  mutating func flowMapping(_ frame: Frame) throws(YAMLError) {
    if frame.kind == .flowPair, frame.state == .after {
      frames.removeLast()
      return emit(.mappingEnd, from: lastEnd, to: lastEnd)
    }
    let isAdjacent = frame.state == .afterKey && isBehindJSON
    try skipInFlow()
    let bracket = frame.kind == .flowPair ? UInt8(ascii: "]") : UInt8(ascii: "}")
    let isOver = next == bracket || next == UInt8(ascii: ",")
    switch frame.state {
    case .afterKey where isColon(isAdjacent: isAdjacent):
      position += 1
      lastEnd = position
      setState(.value)
    case .afterKey:
      guard isOver else { throw error("a colon, a comma or } is missing after this key") }
      setState(.after)
      emitEmpty()
    case .explicitKey:
      setState(.afterKey)
      if isOver || isColon() { emitEmpty() } else { try flowContent() }
    case .value:
      setState(.after)
      if isOver { emitEmpty() } else { try flowContent() }
    case .after:
      if next == bracket { return try closeFlow() }
      guard isOver else { throw error("a comma or } is missing") }
      position += 1
      lastEnd = position
      setState(.next)
    case .first, .next, .maybeKey:
      try flowKey(isOver: isOver)
    }
  }

  private mutating func flowKey(isOver: Bool) throws(YAMLError) {
    if next == UInt8(ascii: "}") { return try closeFlow() }
    if isOver { throw error("nothing stands in front of this comma") }
    if isIndicator(UInt8(ascii: "?")) {
      position += 1
      lastEnd = position
      return setState(.explicitKey)
    }
    setState(.afterKey)
    if isColon() { emitEmpty(at: position) } else { try flowContent() }
  }

  /// Reads a node, or the beginning of one (chapter 7.5).
  private mutating func flowContent() throws(YAMLError) {
    var properties = YAMLProperties()
    while isAtProperty {
      try property(into: &properties, inFlow: true)
      try skipInFlow()
    }
    switch next {
    case UInt8(ascii: "["), UInt8(ascii: "{"): try openFlow(properties)
    case UInt8(ascii: "*"): try alias(properties)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): try quoted(properties, indent: flowIndent)
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"):
      if properties.isEmpty { throw error("this bracket closes nothing that is open") }
      emitEmpty(properties)
    case UInt8(ascii: ":") where isColon() && isEmptyKey:
      emitEmpty(properties, at: position)
    default:
      try checkPlainStart(inFlow: true)
      try plain(properties, indent: flowIndent, inFlow: true)
    }
  }

  /// Whether a key may be left empty here.
  private var isEmptyKey: Bool {
    guard let frame = frames.last else { return false }
    return frame.kind == .flowSequence || frame.state == .afterKey
  }
}

// Boot/YAML: reading YAML 1.2.2 into events.
// SPDX-License-Identifier: Apache-2.0

/// A strict reader of YAML 1.2.2: what the specification forbids is an error.
///
/// Open collections are on a stack of its own, each byte is looked at a bounded number of times, and
/// events keep their places as offsets until all have been read.
package struct YAMLReader {
  /// Deeper nesting is refused.
  package static let maxDepth = 1000
  /// In characters; a key on one line with its colon is not longer (chapter 7.4.2).
  package static let maxKeyLength = 1024

  /// How far lines within brackets and quotes are indented.
  package enum FlowIndentation: Sendable {
    /// Further than what is around them (chapter 6.3).
    case strict
    /// As it comes, as PyYAML takes it.
    case free
  }

  /// A collection that has begun.
  struct Frame {
    enum Kind { case blockSequence, blockMapping, flowSequence, flowMapping, flowPair }
    enum State {
      /// At the first entry, which may stand on its parent's line.
      case first
      /// Between entries.
      case next
      /// Behind the colon of a key.
      case value
      /// Behind the `?` of a key in brackets.
      case explicitKey
      /// Behind a key that needs its colon.
      case afterKey
      /// Behind an entry of a flow sequence that is a key if a colon follows.
      case maybeKey
      /// Behind an entry within brackets.
      case after
    }

    var kind: Kind
    var state: State
    /// In columns, for block collections.
    var indent = 0
    /// Where it began.
    var start = 0
    /// The entry that may be a key: its event, its first byte and its line's.
    var keyEvent = 0
    var keyStart = 0
    var keyLine = 0
  }

  let bytes: [UInt8]
  let flowIndentation: FlowIndentation
  /// Whether scalars come with their texts.
  let keepsTexts: Bool
  var position = 0
  /// Of the line that `position` is on.
  var lineStart = 0
  /// The first character of its line that is not blank, and what is in front of it.
  var lineContent = -1
  var lineSpaces = 0
  var lineHasTab = false
  /// Behind the last token.
  var lastEnd = 0
  /// The smallest indentation of lines within the brackets that are open.
  var flowIndent = 0
  /// The node that the brackets are.
  var flowNode = Candidate()
  var frames: [Frame] = []
  var events: [YAMLEvent] = []
  /// Where comments stand; known only where texts are not kept.
  var comments: [Range<Int>] = []
  /// Between two entries by indentation: up to where all is read that an outline wants.
  var mark = (position: 0, events: 0, comments: 0)
  private var hole = -1
  /// Starts of mappings that showed only behind their first key, and that key's index in `events`.
  var openings: [(index: Int, event: YAMLEvent)] = []
  /// From `%TAG`, for one document.
  var tagHandles: [String: String] = [:]

  /// Reads a whole stream (YAML 1.2.2 chapter 9.2).
  ///
  /// - Parameter bytes: UTF-8 without a byte order mark.
  /// - Throws: ``YAMLError`` for the first thing that is wrong.
  package static func events(
    _ bytes: [UInt8], flowIndentation: FlowIndentation = .strict
  ) throws(YAMLError) -> [YAMLEvent] {
    let doubtful = try YAMLCharacters.check(bytes)
    var reader = YAMLReader(bytes: bytes, flowIndentation: flowIndentation)
    try reader.stream()
    if !doubtful.isEmpty { try YAMLCharacters.check(doubtful, of: bytes, in: reader.events) }
    return reader.placed()
  }

  /// All events in their order, with their lines and columns.
  private mutating func placed() -> [YAMLEvent] {
    var locator = YAMLLocator(bytes)
    if openings.isEmpty {
      for index in events.indices { locator.place(&events[index]) }
      return events
    }
    // Keys that hold keys are through before the ones that they are in.
    openings.sort { $0.index < $1.index }
    var result: [YAMLEvent] = []
    result.reserveCapacity(events.count + openings.count)
    var next = 0
    for (index, event) in events.enumerated() {
      if next < openings.count, openings[next].index == index {
        result.append(openings[next].event)
        locator.place(&result[result.count - 1])
        next += 1
      }
      result.append(event)
      locator.place(&result[result.count - 1])
    }
    return result
  }

  init(bytes: [UInt8], flowIndentation: FlowIndentation, keepsTexts: Bool = true) {
    self.bytes = bytes
    self.flowIndentation = flowIndentation
    self.keepsTexts = keepsTexts
  }

  /// Reads what has begun to its end.
  mutating func finishNode() throws(YAMLError) {
    while let frame = frames.last {
      if !keepsTexts, frame.state == .next { forget(frame) }
      switch frame.kind {
      case .blockSequence: try blockSequence(frame)
      case .blockMapping: try blockMapping(frame)
      case .flowSequence: try flowSequence(frame)
      case .flowMapping, .flowPair: try flowMapping(frame)
      }
    }
  }

  /// Forgets entries into which nothing is to be put.
  private mutating func forget(_ frame: Frame) {
    guard frame.kind == .blockMapping || frame.kind == .blockSequence else { return }
    if hole < mark.position { hole = bytes[mark.position...].firstIndex(of: 0xff) ?? bytes.count }
    if hole >= position {
      events.removeLast(events.count - mark.events)
      comments.removeLast(comments.count - mark.comments)
    }
    mark = (position, events.count, comments.count)
  }

  mutating func setState(_ state: Frame.State) {
    frames[frames.count - 1].state = state
  }

  mutating func push(_ frame: Frame) throws(YAMLError) {
    guard frames.count < Self.maxDepth else {
      throw error("nested deeper than \(Self.maxDepth)", at: frame.start)
    }
    frames.append(frame)
  }

  mutating func emit(
    _ kind: YAMLEvent.Kind, _ properties: YAMLProperties = YAMLProperties(), from start: Int,
    to end: Int
  ) {
    events.append(YAMLEvent(kind, properties, from: start, to: end))
    lastEnd = end
  }

  /// A scalar's text, where it is asked for.
  func string(_ text: some Collection<UInt8>) -> String {
    keepsTexts ? String(decoding: text, as: UTF8.self) : ""
  }

  /// A node that is not written.
  ///
  /// - Parameter offset: where it would be; behind the last token if left out.
  mutating func emitEmpty(
    _ properties: YAMLProperties = YAMLProperties(), at offset: Int? = nil
  ) {
    emit(.scalar("", .plain), properties, from: offset ?? lastEnd, to: offset ?? lastEnd)
  }

  /// - Parameter offset: where it is; `position` if left out.
  func error(_ reason: String, at offset: Int? = nil) -> YAMLError {
    YAMLError(bytes, at: offset ?? position, reason)
  }

  /// Of a place that a sentence names.
  func line(of offset: Int) -> Int { error("", at: offset).line }
}

extension YAMLError {
  init(_ bytes: [UInt8], at offset: Int, _ reason: String) {
    var locator = YAMLLocator(bytes)
    let place = locator.position(at: offset)
    self.init(line: place.line, column: place.column, reason: reason, offset: offset)
  }
}

// HTTP/Message: from received bytes to requests.
// SPDX-License-Identifier: Apache-2.0

/// Takes requests off a connection's bytes, one at a time, however the bytes arrive.
package struct RequestReader: Sendable {
  /// What the bytes came to.
  package enum Step: Sendable {
    /// Whether a head or a body has begun, and is not whole.
    case needsMore(begun: Begun)
    /// The client waits for `100 Continue` before it sends the body.
    case sendContinue
    /// `isUnread`: the body was refused and is still to come.
    case request(RequestHead, body: [UInt8], isUnread: Bool)
  }

  /// What is there in part.
  package enum Begun: Equatable, Sendable { case nothing, head, body }

  private enum Place: Sendable {
    case head(HeadScanner)
    case length(remaining: Int, isContinued: Bool)
    case chunked(ChunkedReader, isContinued: Bool)
  }

  private let limits: MessageLimits
  private var place: Place
  private var body: [UInt8] = []
  private var keepsBody = false
  /// The head that was read last; `nil` when it could not be.
  package private(set) var head: RequestHead?

  /// For a new connection.
  package init(limits: MessageLimits) {
    self.limits = limits
    place = .head(HeadScanner(limits: limits))
  }

  /// Lets the last head go: a connection that idles keeps nothing.
  package mutating func forgetHead() { head = nil }

  /// Reads on.
  ///
  /// - Parameter input: all bytes not yet taken; while a head is not whole none of it is taken.
  package mutating func next(
    _ input: inout ArraySlice<UInt8>, policy: (RequestHead) -> BodyPolicy
  ) throws(Refusal) -> Step {
    if case .head(var scanner) = place {
      head = nil
      let end = try scanner.scan(input)
      place = .head(scanner)
      guard let end else { return .needsMore(begun: scanner.hasBegun ? .head : .nothing) }
      let start = input.startIndex + scanner.leadingBytes
      let head = try RequestHead(parsing: Array(input[start..<input.startIndex + end]))
      self.head = head
      input = input[(input.startIndex + end)...]
      if head.framing == .length(0) { return finished(head, isUnread: false) }
      switch policy(head) {
      case .refuse: return finished(head, isUnread: true)
      case .discard: keepsBody = false
      case .collect: keepsBody = true
      }
      switch head.framing {
      case .length(let length):
        guard length <= limits.content else { throw .contentTooLarge(limit: limits.content) }
        place = .length(remaining: length, isContinued: !head.expectsContinue)
      case .chunked:
        place = .chunked(ChunkedReader(limits: limits), isContinued: !head.expectsContinue)
      }
    }
    return try nextOfBody(&input)
  }

  private mutating func nextOfBody(
    _ input: inout ArraySlice<UInt8>
  ) throws(Refusal) -> Step {
    guard let head else { return .needsMore(begun: .nothing) }
    switch place {
    case .head: return .needsMore(begun: .nothing)
    case .length(let remaining, let isContinued):
      if !isContinued && input.isEmpty {
        place = .length(remaining: remaining, isContinued: true)
        return .sendContinue
      }
      let piece = input.prefix(remaining)
      if keepsBody { body += piece }
      input = input[piece.endIndex...]
      guard piece.count < remaining else { return finished(head, isUnread: false) }
      place = .length(remaining: remaining - piece.count, isContinued: true)
    case .chunked(var reader, let isContinued):
      if !isContinued && input.isEmpty {
        place = .chunked(reader, isContinued: true)
        return .sendContinue
      }
      var pieces: [UInt8] = []
      let keeps = keepsBody
      try reader.read(&input) { if keeps { pieces += $0 } }
      body += pieces
      if reader.isDone { return finished(head, isUnread: false) }
      place = .chunked(reader, isContinued: true)
    }
    return .needsMore(begun: .body)
  }

  private mutating func finished(_ head: RequestHead, isUnread: Bool) -> Step {
    let whole = body
    body = []
    place = .head(HeadScanner(limits: limits))
    return .request(head, body: whole, isUnread: isUnread)
  }
}

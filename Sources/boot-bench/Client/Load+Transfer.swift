// boot-bench: a client's sends and receives.
// SPDX-License-Identifier: Apache-2.0

import Glibc

extension Load {
  /// Goes on with a client whose socket has something to say.
  mutating func advance(_ index: Int) {
    switch clients[index].phase {
    case .connecting: sendRequest(index)
    case .awaitingHead: receiveHead(index)
    case .receivingBody: receiveBody(index)
    case .resting, .pausing: connectionEnded(index)
    }
  }

  /// Sends the request, mostly at once: a connect on loopback is done when it returns.
  mutating func sendRequest(_ index: Int) {
    let request = plan.steps[clients[index].step].request
    do throws(Failure) {
      switch Sockets.send(clients[index].socket, request) {
      case .bytes(request.count):
        if clients[index].phase == .connecting {
          try watch(index, forWriting: false)
        }
        clients[index].phase = .awaitingHead
      case .wouldBlock where clients[index].phase == .connecting:
        if !clients[index].isWatched { try watch(index, forWriting: true) }
      case .failed(let code): reopenOrFail(index, "send: \(Failure.text(of: code))")
      case .bytes, .wouldBlock, .end: fail(index, "a request was taken in part")
      }
    } catch {
      fail(index, error.description)
    }
  }

  private mutating func watch(_ index: Int, forWriting: Bool) throws(Failure) {
    try poll.watch(
      clients[index].socket, forWriting: forWriting, isNew: !clients[index].isWatched, tag: index)
    clients[index].isWatched = true
  }

  /// Receives until the head is there, and checks it.
  private mutating func receiveHead(_ index: Int) {
    let step = plan.steps[clients[index].step]
    var kept = 0
    if !pieces.isEmpty, let piece = pieces.removeValue(forKey: index) {
      buffer.replaceSubrange(0..<piece.count, with: piece)
      kept = piece.count
    }
    // Of bodies that are not compared, as little as possible is copied.
    let limit = step.body == nil ? 1024 : buffer.count
    let got = Sockets.receive(clients[index].socket, into: &buffer, at: kept, limit: limit)
    switch got {
    case .bytes(let more):
      let count = kept + more
      guard let head = AnswerHead(buffer, count: count) else {
        if count > 32 << 10 { return fail(index, "a head of more than 32 KB") }
        pieces[index] = Array(buffer[..<count])
        return
      }
      if let reason = Self.fault(of: head, step) { return fail(index, reason) }
      clients[index].promised = head.contentLength
      clients[index].isHeld = head.status != 200
      clients[index].closes = head.closes
      clients[index].phase = .receivingBody
      took(index, step, from: head.length, to: count)
    case .wouldBlock: if kept > 0 { pieces[index] = Array(buffer[..<kept]) }
    case .end: reopenOrFail(index, "closed before an answer")
    case .failed(let code): reopenOrFail(index, Failure.text(of: code))
    }
  }

  /// What is wrong with a head.
  private static func fault(of head: AnswerHead, _ step: Step) -> String? {
    if head.status == 503, step.mayBeHeld, head.contentLength > 0 { return nil }
    guard head.status == 200 else { return "status \(head.status)" }
    guard head.contentLength > 0, head.contentLength == step.bodyLength ?? head.contentLength else {
      let expected = step.bodyLength.map { "\($0)" } ?? "some"
      return "\(head.contentLength) bytes promised, \(expected) expected"
    }
    return nil
  }

  private mutating func receiveBody(_ index: Int) {
    let step = plan.steps[clients[index].step]
    let missing = clients[index].promised - clients[index].received
    let got =
      step.body == nil
      ? Sockets.discard(clients[index].socket, limit: missing)
      : Sockets.receive(clients[index].socket, into: &buffer, limit: missing)
    switch got {
    case .bytes(let count): took(index, step, from: 0, to: count)
    case .wouldBlock: break
    case .end: fail(index, "closed \(missing) bytes before the end of a body")
    case .failed(let code): fail(index, "in a body: \(Failure.text(of: code))")
    }
  }

  /// Checks and counts body bytes, which are in the buffer if they are to be compared.
  private mutating func took(_ index: Int, _ step: Step, from start: Int, to end: Int) {
    let count = end - start
    let before = clients[index].received
    let promised = clients[index].promised
    guard before + count <= promised else { return fail(index, "more than was promised") }
    if let body = step.body, !clients[index].isHeld {
      guard Self.isSame(buffer, start, body, before, count) else {
        return fail(index, "other bytes than expected")
      }
    }
    tally.bytes += count
    clients[index].received = before + count
    if before + count == promised { completed(index) }
  }

  private static func isSame(
    _ left: [UInt8], _ leftStart: Int, _ right: [UInt8], _ rightStart: Int, _ count: Int
  ) -> Bool {
    guard leftStart + count <= left.count, rightStart + count <= right.count else { return false }
    return unsafe left.withUnsafeBytes { one in
      unsafe right.withUnsafeBytes { other in
        guard let one = one.baseAddress, let other = other.baseAddress else { return true }
        return unsafe memcmp(one + leftStart, other + rightStart, count) == 0
      }
    }
  }

  /// A server may end a connection between two requests, except where that is what is measured.
  private mutating func reopenOrFail(_ index: Int, _ reason: @autoclosure () -> String) {
    guard clients[index].answersHere > 0, plan.repeats else { return fail(index, reason()) }
    close(index)
    begin(index)
  }

  private mutating func connectionEnded(_ index: Int) {
    if clients[index].phase == .pausing { return close(index) }
    fail(index, "an idle connection was closed")
  }
}

// boot-bench: a client's sends and receives.
// SPDX-License-Identifier: Apache-2.0

import System

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
    guard let socket = clients[index].socket else { return }
    let request = plan.steps[clients[index].step].request
    do throws(Errno) {
      let sent = Transfer { () throws(Errno) in try socket.send(request, 0..<request.count) }
      switch sent {
      case .bytes(request.count):
        if clients[index].phase == .connecting {
          try watch(index, socket, for: .read)
        }
        clients[index].phase = .awaitingHead
      case .wouldBlock where clients[index].phase == .connecting:
        if !clients[index].isWatched { try watch(index, socket, for: .write) }
      case .failed(let error): reopenOrFail(index, "send: \(error)")
      case .bytes, .wouldBlock, .end: fail(index, "a request was taken in part")
      }
    } catch {
      fail(index, "epoll: \(error)")
    }
  }

  private mutating func watch(
    _ index: Int, _ socket: Socket, for interest: Epoll.Interest
  ) throws(Errno) {
    let number = socket.descriptor.number
    if clients[index].isWatched {
      try epoll.modify(number, interest, tag: UInt64(index))
    } else {
      try epoll.add(number, interest, tag: UInt64(index))
    }
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
    guard let socket = clients[index].socket else { return }
    let got = Transfer { () throws(Errno) in
      try socket.receive(into: &buffer, at: kept, limit: limit)
    }
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
    case .failed(let error): reopenOrFail(index, error.description)
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
    guard let socket = clients[index].socket else { return }
    let got = Transfer { () throws(Errno) in
      try step.body == nil && !plan.copiesBodies
        ? socket.discard(limit: missing) : socket.receive(into: &buffer, limit: missing)
    }
    switch got {
    case .bytes(let count): took(index, step, from: 0, to: count)
    case .wouldBlock: break
    case .end: fail(index, "closed \(missing) bytes before the end of a body")
    case .failed(let error): fail(index, "in a body: \(error)")
    }
  }

  /// Checks and counts body bytes, which are in the buffer if they are to be compared.
  private mutating func took(_ index: Int, _ step: Step, from start: Int, to end: Int) {
    let count = end - start
    let before = clients[index].received
    let promised = clients[index].promised
    guard before + count <= promised else { return fail(index, "more than was promised") }
    if let body = step.body, !clients[index].isHeld {
      guard buffer.hasSameBytes(at: start, as: body, at: before, count: count) else {
        return fail(index, "other bytes than expected")
      }
    }
    tally.bytes += count
    clients[index].received = before + count
    if before + count == promised { completed(index) }
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

// HTTP/Server: where a connection stands and what to do next.
// SPDX-License-Identifier: Apache-2.0

import System

/// A connection's life as a value: events in, actions out, no descriptor and no clock inside.
package struct ConnectionState: Sendable {
  /// Where a connection stands.
  package enum Phase: Equatable, Sendable {
    /// Between requests; `isFirst`: none came yet.
    case idle(isFirst: Bool)
    case readingHead
    case readingBody
    /// The handler, or a disk, has the request.
    case waiting
    /// A disk is to bring more of the answer.
    case fetching
    case sending
    /// The answer goes on, and there is nothing to send now.
    case streaming
    /// The answer is out and the rest of the request is read only to be dropped.
    case draining(bytesLeft: Int)
    case closed
  }

  /// What happened to a connection.
  package enum Event: Equatable, Sendable {
    /// Some bytes of a head arrived, but not its end.
    case headGrew
    /// Some bytes of a body arrived, but not its end.
    case bodyGrew
    /// A request is whole. `isLast`: the connection ends with its answer. `isUnread`: its body is
    /// still to come.
    case requested(isLast: Bool, isUnread: Bool)
    /// The request waits for a disk, or for its turn.
    case waits
    /// The answer waits for a disk.
    case fetches
    /// The answer is under way, or the peer took some of it.
    case sent
    /// The answer goes on until the connection ends.
    case streams
    /// All that there is of such an answer is out.
    case pauses
    /// `lingers`: the peer may still be sending, or has much of the answer yet to take.
    case answered(lingers: Bool)
    /// Some of an answer that was sent wholly is still on its way, and is moving.
    case delivering
    /// Bytes arrived that nobody wants.
    case dropped(Int)
    /// The peer sends no more.
    case ended
    case failed
    case ticked
    /// The server stops.
    case stopping
  }

  /// What the loop is to do.
  package enum Action: Equatable, Sendable {
    case none
    /// Answer 408, for the request is not coming.
    case refuseAsTooSlow
    /// Answer 503, for the answer is not.
    case refuseAsStuck
    case endSendingAndDrain
    case close
  }

  /// Where it stands now.
  package private(set) var phase = Phase.idle(isFirst: true)
  /// When its patience ends; `nil` where it waits for nobody outside.
  package private(set) var deadline: Instant?
  private let deadlines: Deadlines
  private var isLast = false
  private var isUnread = false
  private var isStopping = false

  /// A connection that was accepted now; its first head has `headSeconds`.
  package init(deadlines: Deadlines, now: Instant) {
    self.deadlines = deadlines
    deadline = now.advanced(seconds: deadlines.headSeconds)
  }

  /// Whether the answer under way is the connection's last.
  package var closesAfterAnswer: Bool { isLast || isStopping }

  /// Goes on by one event, and says what to do.
  package mutating func on(_ event: Event, now: Instant) -> Action {
    switch event {
    case .headGrew:
      if phase == .readingHead { return .none }
      // The first head has had its time since the connection was made.
      if phase != .idle(isFirst: true) { deadline = now.advanced(seconds: deadlines.headSeconds) }
      phase = .readingHead
    case .bodyGrew:
      enter(.readingBody, now, deadlines.bodySeconds)
    case .requested(let isLast, let isUnread):
      self.isLast = isLast || isUnread
      self.isUnread = isUnread
      enter(.sending, now, deadlines.answerSeconds)
    case .waits:
      // Waiting again, for another file, is still waiting.
      if phase == .waiting { return .none }
      enter(.waiting, now, deadlines.waitSeconds)
    case .fetches:
      enter(.fetching, now, deadlines.answerSeconds)
    case .sent:
      enter(.sending, now, deadlines.answerSeconds)
    case .streams:
      isLast = true
    case .pauses:
      (phase, deadline) = (.streaming, nil)
    case .answered(let lingers):
      return answered(lingers, now)
    case .delivering:
      if case .draining = phase { deadline = now.advanced(seconds: deadlines.answerSeconds) }
    case .dropped(let count):
      return dropped(count)
    case .ended:
      return ended(now)
    case .failed:
      return close()
    case .ticked:
      return ticked(now)
    case .stopping:
      isStopping = true
      switch phase {
      case .idle(isFirst: false), .streaming: return close()
      // It has connected a moment ago, and its request is on its way.
      case .idle(isFirst: true), .readingHead:
        let end = now.advanced(seconds: deadlines.firstHeadSeconds)
        deadline = deadline.map { min($0, end) }
      case .readingBody, .waiting, .fetching, .sending, .draining, .closed: break
      }
    }
    return .none
  }

  /// Whether an answer has not moved for so long that its connection may make room for another one.
  package func isStalled(_ now: Instant) -> Bool {
    guard phase == .sending, let deadline else { return false }
    return deadline < now.advanced(seconds: deadlines.answerSeconds - deadlines.stalledSeconds)
  }

  private mutating func enter(_ phase: Phase, _ now: Instant, _ seconds: Int) {
    self.phase = phase
    deadline = now.advanced(seconds: seconds)
  }

  /// Closing while the peer still sends would reset the connection and take the answer back.
  private mutating func answered(_ lingers: Bool, _ now: Instant) -> Action {
    if isUnread || (closesAfterAnswer && lingers) {
      enter(.draining(bytesLeft: deadlines.drainBytes), now, deadlines.drainSeconds)
      return .endSendingAndDrain
    }
    if closesAfterAnswer { return close() }
    enter(.idle(isFirst: false), now, deadlines.idleSeconds)
    return .none
  }

  private mutating func dropped(_ count: Int) -> Action {
    guard case .draining(let left) = phase else { return .none }
    if count >= left { return close() }
    phase = .draining(bytesLeft: left - count)
    return .none
  }

  /// A peer may stop sending and still want its answer.
  private mutating func ended(_ now: Instant) -> Action {
    switch phase {
    case .waiting, .fetching, .sending:
      isLast = true
      isUnread = false
      let left = now.advanced(seconds: deadlines.leftSeconds)
      if phase == .waiting, let deadline { self.deadline = min(deadline, left) }
      return .none
    case .idle, .readingHead, .readingBody, .streaming, .draining, .closed: return close()
    }
  }

  private mutating func ticked(_ now: Instant) -> Action {
    guard let deadline, deadline < now else { return .none }
    switch phase {
    case .readingHead, .readingBody:
      // The answer gets the time that any answer gets.
      _ = on(.requested(isLast: true, isUnread: true), now: now)
      return .refuseAsTooSlow
    case .waiting:
      _ = on(.requested(isLast: true, isUnread: true), now: now)
      return .refuseAsStuck
    case .idle, .fetching, .sending, .streaming, .draining, .closed: return close()
    }
  }

  private mutating func close() -> Action {
    phase = .closed
    deadline = nil
    return .close
  }
}

// HTTPTests: a connection's life.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Testing

@Suite("A connection")
struct ConnectionStateTests {
  static func at(_ seconds: Int) -> Instant {
    Instant(nanoseconds: UInt64(1000 + seconds) * 1_000_000_000)
  }

  /// A connection made at 0 that has seen these events at these seconds.
  static func after(_ events: [(Int, ConnectionState.Event)]) -> ConnectionState {
    var state = ConnectionState(deadlines: Deadlines(), now: at(0))
    for (second, event) in events { _ = state.on(event, now: at(second)) }
    return state
  }

  static let requested = ConnectionState.Event.requested(isLast: false, isUnread: false)

  @Test func `that says nothing ends after the head's time`() {
    var state = Self.after([])
    #expect(state.on(.ticked, now: Self.at(10)) == .none)
    #expect(state.on(.ticked, now: Self.at(11)) == .close)
  }

  @Test func `that trickles a head gets no more time for it`() {
    var state = Self.after([(1, .headGrew), (9, .headGrew)])
    #expect(state.on(.ticked, now: Self.at(11)) == .refuseAsTooSlow)
  }

  @Test func `gets the head's time anew for each request`() {
    var state = Self.after([
      (1, Self.requested), (2, .answered(lingers: false)), (50, .headGrew), (55, .headGrew),
    ])
    #expect(state.on(.ticked, now: Self.at(59)) == .none)
    #expect(state.on(.ticked, now: Self.at(61)) == .refuseAsTooSlow)
  }

  @Test func `may idle for a minute between requests`() {
    var state = Self.after([(1, Self.requested), (2, .answered(lingers: false))])
    #expect(state.on(.ticked, now: Self.at(62)) == .none)
    #expect(state.on(.ticked, now: Self.at(63)) == .close)
  }

  @Test func `may take hours over an answer as long as it takes some`() {
    let pause = 15 * 60
    let events = (0..<100).map { (1 + $0 * (pause - 1), ConnectionState.Event.sent) }
    var state = Self.after([(1, Self.requested)] + events)
    #expect(state.on(.ticked, now: Self.at(99 * (pause - 1) + pause)) == .none)
    #expect(state.on(.ticked, now: Self.at(99 * (pause - 1) + pause + 2)) == .close)
  }

  @Test func `may take hours over a body as long as some comes`() {
    var state = Self.after([(1, .headGrew), (2, .bodyGrew), (61, .bodyGrew)])
    #expect(state.on(.ticked, now: Self.at(120)) == .none)
    #expect(state.on(.ticked, now: Self.at(122)) == .refuseAsTooSlow)
  }

  @Test func `gets 503 when nothing comes of its request`() {
    var state = Self.after([(1, Self.requested), (1, .waits), (30, .waits)])
    #expect(state.on(.ticked, now: Self.at(61)) == .none)
    #expect(state.on(.ticked, now: Self.at(62)) == .refuseAsStuck)
    #expect(state.closesAfterAnswer)
  }

  @Test func `is given up sooner when the peer has most likely left`() {
    var state = Self.after([(1, Self.requested), (1, .waits), (20, .ended)])
    #expect(state.on(.ticked, now: Self.at(30)) == .none)
    #expect(state.on(.ticked, now: Self.at(31)) == .refuseAsStuck)
    // No later than without that.
    state = Self.after([(1, Self.requested), (1, .waits), (59, .ended)])
    #expect(state.on(.ticked, now: Self.at(62)) == .refuseAsStuck)
  }

  @Test func `ends when a disk brings no more of its answer`() {
    var state = Self.after([(1, Self.requested), (1, .sent), (2, .fetches)])
    #expect(state.on(.ticked, now: Self.at(902)) == .none)
    #expect(state.on(.ticked, now: Self.at(903)) == .close)
  }

  @Test func `may make room once its answer has not moved for a minute`() {
    let state = Self.after([(1, Self.requested), (10, .sent)])
    #expect(!state.isStalled(Self.at(70)))
    #expect(state.isStalled(Self.at(71)))
    #expect(!Self.after([(1, Self.requested), (1, .waits)]).isStalled(Self.at(900)))
    #expect(!Self.after([]).isStalled(Self.at(900)))
  }

  @Test func `ends with its last answer`() {
    var state = Self.after([(1, .requested(isLast: true, isUnread: false))])
    #expect(state.closesAfterAnswer)
    #expect(state.on(.answered(lingers: false), now: Self.at(2)) == .close)
  }

  @Test func `is drained within bounds after an early answer`() {
    var state = Self.after([(1, .requested(isLast: false, isUnread: true))])
    #expect(state.on(.answered(lingers: false), now: Self.at(2)) == .endSendingAndDrain)
    #expect(state.on(.dropped(200_000), now: Self.at(2)) == .none)
    #expect(state.on(.dropped(200_000), now: Self.at(2)) == .close)
    state = Self.after([
      (1, .requested(isLast: false, isUnread: true)), (2, .answered(lingers: false)),
    ])
    #expect(state.on(.ticked, now: Self.at(5)) == .close)
  }

  @Test func `that stops sending still gets its answer`() {
    var state = Self.after([(1, Self.requested), (1, .ended)])
    #expect(state.phase == .sending)
    #expect(state.on(.answered(lingers: false), now: Self.at(2)) == .close)
  }

  @Test func `that idles ends when the server stops, and one in flight finishes`() {
    var idle = Self.after([(1, Self.requested), (2, .answered(lingers: false))])
    #expect(idle.on(.stopping, now: Self.at(3)) == .close)
    var busy = Self.after([(1, Self.requested)])
    #expect(busy.on(.stopping, now: Self.at(3)) == .none)
    #expect(busy.on(.answered(lingers: false), now: Self.at(4)) == .close)
  }

  @Test func `that was made a moment before the server stops may still ask`() {
    var fresh = Self.after([(0, .stopping)])
    #expect(fresh.on(.ticked, now: Self.at(1)) == .none)
    #expect(fresh.on(.requested(isLast: false, isUnread: false), now: Self.at(1)) == .none)
    #expect(fresh.closesAfterAnswer)
    var silent = Self.after([(0, .stopping)])
    #expect(silent.on(.ticked, now: Self.at(2)) == .close)
    var slow = Self.after([(1, .headGrew), (2, .stopping)])
    #expect(slow.on(.ticked, now: Self.at(4)) == .refuseAsTooSlow)
  }

  @Test func `reads on after its last answer while the peer may still send or take`() {
    var state = Self.after([(1, .requested(isLast: true, isUnread: false))])
    #expect(state.on(.answered(lingers: true), now: Self.at(2)) == .endSendingAndDrain)
    #expect(state.on(.delivering, now: Self.at(3)) == .none)
    #expect(state.on(.ticked, now: Self.at(15 * 60)) == .none)
    #expect(state.on(.ticked, now: Self.at(15 * 60 + 4)) == .close)
  }
}

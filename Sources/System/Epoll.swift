// System: epoll(7) and eventfd(2).
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// One epoll instance and the room for its events.
@safe package struct Epoll: ~Copyable {
  /// What is waited for, and what has come.
  package struct Interest: OptionSet, Sendable {
    /// The bits of epoll_ctl(2).
    package let rawValue: UInt32
    /// For sets of several.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Not the one of all option sets, which is no inlined code in another module.
    package func contains(_ other: Interest) -> Bool {
      rawValue & other.rawValue == other.rawValue
    }

    /// There is something to read, or somebody to accept.
    package static let read = Interest(rawValue: EPOLLIN.rawValue)
    /// There is room to write.
    package static let write = Interest(rawValue: EPOLLOUT.rawValue)
    /// The peer sends no more; it may still read.
    package static let ended = Interest(rawValue: EPOLLRDHUP.rawValue)
    /// Error and hang-up are always reported.
    package static let failed = Interest(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
    /// One waiter wakes for a listener that several threads share.
    package static let exclusive = Interest(rawValue: EPOLLEXCLUSIVE.rawValue)
  }

  private let descriptor: FileDescriptor
  private var events: [epoll_event]

  /// - Parameter capacity: events that one wait brings at most.
  package init(capacity: Int = 256) throws(Errno) {
    descriptor = FileDescriptor(owning: try retrying { epoll_create1(CInt(EPOLL_CLOEXEC)) })
    unsafe events = Array(repeating: epoll_event(), count: capacity)
  }

  /// - Parameter tag: comes back with every event of this descriptor.
  package func add(_ number: CInt, _ interest: Interest, tag: UInt64) throws(Errno) {
    try control(EPOLL_CTL_ADD, number, interest, tag)
  }

  /// Watches a descriptor, known already, for something else from now on.
  package func modify(_ number: CInt, _ interest: Interest, tag: UInt64) throws(Errno) {
    try control(EPOLL_CTL_MOD, number, interest, tag)
  }

  /// Watches it no more; closing the last copy of a descriptor does the same.
  package func remove(_ number: CInt) throws(Errno) {
    try control(EPOLL_CTL_DEL, number, [], 0)
  }

  private func control(
    _ operation: CInt, _ number: CInt, _ interest: Interest, _ tag: UInt64
  ) throws(Errno) {
    var event = unsafe epoll_event()
    unsafe event.events = interest.rawValue
    unsafe event.data.u64 = tag
    let epoll = descriptor.number
    _ = try retrying { unsafe epoll_ctl(epoll, operation, number, &event) }
  }

  /// Waits for events; an interruption by a signal counts as none.
  ///
  /// - Parameter milliseconds: -1 waits for ever.
  /// - Returns: how many there are.
  package mutating func wait(milliseconds: Int) -> Int {
    let count = unsafe epoll_wait(
      descriptor.number, &events, CInt(events.count), CInt(milliseconds))
    return max(0, Int(count))
  }

  /// The event at `index`, below what ``wait(milliseconds:)`` returned.
  package func event(at index: Int) -> (interest: Interest, tag: UInt64) {
    unsafe (Interest(rawValue: events[index].events), events[index].data.u64)
  }
}

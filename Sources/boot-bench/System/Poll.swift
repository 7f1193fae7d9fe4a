// boot-bench: epoll(7).
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// One epoll instance, level-triggered, and the room for its events.
@safe struct Poll: ~Copyable {
  private let number: CInt
  private var events: [epoll_event]

  init() throws(Failure) {
    number = epoll_create1(CInt(EPOLL_CLOEXEC))
    unsafe events = Array(repeating: epoll_event(), count: 512)
    guard number >= 0 else { throw .system("epoll_create1") }
  }

  deinit { _ = Glibc.close(number) }

  /// Watches a socket until it is closed.
  ///
  /// - Parameter tag: comes back from ``tag(at:)``.
  func watch(_ socket: CInt, forWriting: Bool, isNew: Bool, tag: Int) throws(Failure) {
    var event = unsafe epoll_event()
    unsafe event.events = forWriting ? EPOLLOUT.rawValue : EPOLLIN.rawValue
    unsafe event.data.u64 = UInt64(tag)
    let operation = isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
    guard unsafe epoll_ctl(number, operation, socket, &event) == 0 else {
      throw .system("epoll_ctl")
    }
  }

  /// - Returns: how many sockets there are to look at.
  mutating func wait(milliseconds: Int) -> Int {
    max(0, Int(unsafe epoll_wait(number, &events, CInt(events.count), CInt(milliseconds))))
  }

  func tag(at index: Int) -> Int { unsafe Int(events[index].data.u64) }
}

// System: eventfd(2).
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A counter that wakes an epoll, or a thread that waits in ``wait()``.
package struct EventCounter: ~Copyable, Sendable {
  private let descriptor: FileDescriptor
  /// The descriptor's number, for epoll.
  package var number: CInt { descriptor.number }

  /// - Parameter semaphore: `wait()` blocks and takes one at a time; else all at once, never waiting.
  package init(semaphore: Bool = false) throws(Errno) {
    let flags = CInt(EFD_CLOEXEC | (semaphore ? EFD_SEMAPHORE : EFD_NONBLOCK))
    descriptor = FileDescriptor(owning: try retrying { eventfd(0, flags) })
  }

  /// Wakes who waits, or lets so many through.
  package func add(_ count: UInt64 = 1) {
    var value = count
    _ = unsafe Glibc.write(descriptor.number, &value, 8)
  }

  /// Waits until there is something to take, and no longer than this; for semaphores.
  ///
  /// - Returns: whether something was taken.
  package func wait(milliseconds: Int) -> Bool {
    var waited = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&waited, 1, CInt(milliseconds)) > 0 else { return false }
    wait()
    return true
  }

  /// Waits until there is something to take, and takes it.
  package func wait() {
    var value: UInt64 = 0
    while unsafe Glibc.read(descriptor.number, &value, 8) < 0 && errno == EINTR {}
  }
}

// System: a value that threads share.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A value that one thread at a time can reach, behind a `pthread_mutex_t`.
///
/// Not the standard library's `Mutex`: the thread sanitizer knows pthreads and does not see through
/// that one, so every correct use would be reported as a race.
@safe @usableFromInline package final class Mutex<Value>: @unchecked Sendable {
  @usableFromInline var value: Value
  @usableFromInline let lock: UnsafeMutablePointer<pthread_mutex_t>

  /// - Parameter value: what is guarded, at the start.
  package init(_ value: sending Value) {
    self.value = value
    unsafe lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    unsafe lock.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(lock, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(lock)
    unsafe lock.deallocate()
  }

  /// Runs `body` while nobody else can; what it throws is passed on. Not to be nested.
  @inlinable package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe pthread_mutex_lock(lock)
    defer { unsafe pthread_mutex_unlock(lock) }
    return try body(&value)
  }
}

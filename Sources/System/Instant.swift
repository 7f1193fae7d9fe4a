// System: the monotonic clock.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A point on the monotonic clock, in nanoseconds.
package struct Instant: Comparable, Sendable {
  /// Since the machine started; no clock that somebody sets changes it.
  package let nanoseconds: UInt64

  /// For points that are not now.
  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// `CLOCK_MONOTONIC`; costs no system call.
  package static var now: Instant {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  /// Whether one comes before the other.
  package static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// So much later.
  package func advanced(seconds: Int) -> Instant {
    Instant(nanoseconds: nanoseconds + UInt64(seconds) * 1_000_000_000)
  }

  /// So much later.
  package func advanced(milliseconds: Int) -> Instant {
    Instant(nanoseconds: nanoseconds + UInt64(milliseconds) * 1_000_000)
  }

  /// 0 when `earlier` is the later one.
  package func microseconds(since earlier: Instant) -> Int {
    nanoseconds > earlier.nanoseconds ? Int((nanoseconds - earlier.nanoseconds) / 1000) : 0
  }
}

// boot-bench: time.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The monotonic clock, in nanoseconds.
enum Clock {
  static var now: UInt64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  static func seconds(since start: UInt64) -> Double { Double(now - start) / 1e9 }

  static func nanoseconds(_ seconds: Double) -> UInt64 { UInt64(max(0, seconds) * 1e9) }

  static func sleep(seconds: Double) { _ = usleep(useconds_t(seconds * 1e6)) }
}

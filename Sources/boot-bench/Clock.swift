// boot-bench: time.
// SPDX-License-Identifier: Apache-2.0

import System

/// The monotonic clock in nanoseconds, and seconds with a fraction, as figures need them.
enum Clock {
  static var now: UInt64 { Instant.now.nanoseconds }

  static func seconds(since start: UInt64) -> Double { Double(now - start) / 1e9 }

  static func nanoseconds(_ seconds: Double) -> UInt64 { UInt64(max(0, seconds) * 1e9) }

  static func sleep(seconds: Double) { Thread.sleep(microseconds: Int(seconds * 1e6)) }
}

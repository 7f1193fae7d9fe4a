// System: the wall clock.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The wall clock.
package enum WallClock {
  /// `CLOCK_REALTIME`: what people call the time; somebody may set it.
  package static var now: FileTime {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return FileTime(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
  }

  /// Minutes since midnight, where this host is.
  package static var localMinute: Int {
    var seconds = time_t(now.seconds)
    var parts = unsafe tm()
    guard unsafe localtime_r(&seconds, &parts) != nil else { return 0 }
    return unsafe Int(parts.tm_hour) * 60 + Int(parts.tm_min)
  }
}

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
}

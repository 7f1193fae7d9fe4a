// TestSupport: how long a thread computes.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Seconds of processor time that this thread takes for something; the better of two times.
package func processorSeconds(_ body: () -> Void) -> Double {
  (0..<2).map { _ in
    var (start, end) = (timespec(), timespec())
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start)
    body()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
    return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) / 1e9
  }.min() ?? 0
}

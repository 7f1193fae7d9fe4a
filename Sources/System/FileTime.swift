// System: points in time as files carry them.
// SPDX-License-Identifier: Apache-2.0

/// A point in time as files carry it.
package struct FileTime: Equatable, Hashable, Sendable {
  /// Seconds since 1970, UTC.
  package let seconds: Int
  package let nanoseconds: Int

  package init(seconds: Int, nanoseconds: Int) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }
}

// System: points in time as files carry them.
// SPDX-License-Identifier: Apache-2.0

/// A point in time as files carry it.
package struct FileTime: Equatable, Hashable, Sendable {
  /// Seconds since 1970, UTC.
  package let seconds: Int
  /// Within the second: 0 to 999,999,999.
  package let nanoseconds: Int

  /// - Parameter seconds: since 1970, UTC.
  package init(seconds: Int, nanoseconds: Int) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }
}

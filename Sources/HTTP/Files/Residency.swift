// HTTP/Files: what of a file is in memory.
// SPDX-License-Identifier: Apache-2.0

import System

/// What of a file was found in memory a moment ago, so that its readers need not each look again.
///
/// A file is looked at in windows of 1 MB, each at most once a second.
struct Residency: Sendable {
  static let window: Int64 = 1 << 20

  private let size: Int64
  /// Of each window: the second in which it was found in memory, of the monotonic clock; 0: never.
  private var seconds: [UInt32] = []

  /// - Parameter size: of the file, in bytes.
  init(size: Int64) { self.size = size }

  /// Whether bytes can very likely be read without waiting for a disk.
  ///
  /// - Parameters:
  ///   - count: at least 1; what lies behind the file's end is not looked at.
  ///   - probe: looks at so many bytes from an offset on.
  mutating func holds(
    _ count: Int64, at offset: Int64, now: Instant, probe: (_ count: Int64, _ offset: Int64) -> Bool
  ) -> Bool {
    let second = UInt32(truncatingIfNeeded: now.nanoseconds / 1_000_000_000) | 1 << 31
    if seconds.isEmpty {
      seconds = Array(repeating: 0, count: Int((size + Self.window - 1) / Self.window))
    }
    let end = min(offset + count, size)
    var window = offset / Self.window
    while window * Self.window < end {
      if seconds[Int(window)] != second {
        let start = window * Self.window
        guard probe(min(Self.window, size - start), start) else { return false }
        seconds[Int(window)] = second
      }
      window += 1
    }
    return true
  }
}

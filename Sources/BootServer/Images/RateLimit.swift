// BootServer/Images: so many bytes a second, for all downloads together.
// SPDX-License-Identifier: Apache-2.0

import System

/// When the next bytes are due if so many a second are allowed.
///
/// There is no credit: a short file takes as long as its bytes say.
struct ByteBudget: Sendable {
  let bytesPerSecond: Int64
  private var paidUntil = Instant(nanoseconds: 0)

  /// - Parameter bytesPerSecond: 1 at least.
  init(bytesPerSecond: Int64) { self.bytesPerSecond = max(1, bytesPerSecond) }

  /// Books bytes that have been read.
  ///
  /// - Returns: until when the reader has to wait.
  mutating func book(_ bytes: Int, now: Instant) -> Instant {
    let start = max(paidUntil, now)
    let nanoseconds = Double(bytes) / Double(bytesPerSecond) * 1e9
    paidUntil = Instant(nanoseconds: start.nanoseconds + UInt64(nanoseconds))
    return paidUntil
  }
}

/// One ``ByteBudget`` for all downloads that share it.
package final class RateLimit: Sendable {
  private let budget: Mutex<ByteBudget>
  /// How much to read at once, so that the pace is even.
  let pieceBytes: Int

  /// - Parameter bytesPerSecond: 1 at least.
  package init(bytesPerSecond: Int64) {
    budget = Mutex(ByteBudget(bytesPerSecond: bytesPerSecond))
    pieceBytes = Int(clamping: min(max(bytesPerSecond / 10, 256), 256 << 10))
  }

  /// Books bytes, and waits until they are due.
  ///
  /// - Parameter isUnwanted: asked ten times a second; `true` ends the waiting.
  func wait(for bytes: Int, unless isUnwanted: () -> Bool) {
    let due = budget.withLock { $0.book(bytes, now: .now) }
    while !isUnwanted() {
      let left = due.microseconds(since: .now)
      if left == 0 { return }
      Thread.sleep(microseconds: min(left, 100_000))
    }
  }
}

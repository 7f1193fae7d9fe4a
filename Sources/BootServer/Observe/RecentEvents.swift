// BootServer/Observe: what happened lately.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// The last events, as the lines that the log has of them: nothing else is as small.
final class RecentEvents: Sendable {
  private struct Batch {
    let lines: [UInt8]
    let count: Int
  }

  private struct Ring {
    var batches: [Batch] = []
    /// Batches in front of this one are given up.
    var first = 0
    /// Lines and bytes that are kept.
    var lines = 0
    var bytes = 0
    /// Lines that there ever were.
    var total = 0
  }

  /// Events that are kept at least, where they fit.
  static let limit = 10_000
  private static let maxBytes = 8 << 20
  private let ring = Mutex(Ring())

  /// - Parameter lines: whole lines, with their line breaks.
  func add(_ lines: [UInt8], count: Int) {
    if count == 0 { return }
    ring.withLock { ring in
      ring.batches.append(Batch(lines: lines, count: count))
      ring.lines += count
      ring.bytes += lines.count
      ring.total += count
      while ring.first + 1 < ring.batches.count {
        let oldest = ring.batches[ring.first]
        guard ring.lines - oldest.count >= Self.limit || ring.bytes > Self.maxBytes else { break }
        ring.lines -= oldest.count
        ring.bytes -= oldest.lines.count
        ring.batches[ring.first] = Batch(lines: [], count: 0)
        ring.first += 1
      }
      if ring.first > 1024, ring.first * 2 > ring.batches.count {
        ring.batches.removeFirst(ring.first)
        ring.first = 0
      }
    }
  }

  /// The last events, the oldest first, and the number of the first of them; the first of all had 1.
  var last: (first: Int, lines: [ArraySlice<UInt8>]) {
    let (batches, total) = ring.withLock { (Array($0.batches[$0.first...]), $0.total) }
    let lines = batches.flatMap { $0.lines.split(separator: 0x0a) }.suffix(Self.limit)
    return (total - lines.count + 1, Array(lines))
  }
}

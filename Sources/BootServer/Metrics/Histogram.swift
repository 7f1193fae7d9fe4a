// BootServer/Metrics: how long things took.
// SPDX-License-Identifier: Apache-2.0

/// Counts of what took no longer than each of some bounds.
struct Histogram: Sendable {
  /// Seconds, ascending; what took longer than the last is in `+Inf`.
  let bounds: [Double]
  /// Of each bound alone, and of what is above.
  private(set) var counts: [Int]
  private(set) var sum = 0.0

  init(_ bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  mutating func add(_ seconds: Double) {
    counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
    sum += seconds
  }

  /// - Parameter other: of the same bounds.
  mutating func add(_ other: Histogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    sum += other.sum
  }

  var count: Int { counts.reduce(0, +) }
}

// BootServer/Boots: which bytes of a file have arrived.
// SPDX-License-Identifier: Apache-2.0

/// Bytes of a file that have arrived, each counted once, however they were asked for.
struct Coverage {
  /// Ascending; no two of them touch.
  private(set) var runs: [Range<Int64>] = []
  /// Who asks for every other byte is counted too low rather than remembered.
  private static let mostRuns = 64

  /// How many there are.
  var count: Int64 { runs.reduce(0) { $0 + Int64($1.count) } }

  /// Adds a run of bytes.
  mutating func add(_ run: Range<Int64>) {
    guard !run.isEmpty else { return }
    let first = runs.firstIndex { $0.upperBound >= run.lowerBound } ?? runs.count
    let end = runs[first...].firstIndex { $0.lowerBound > run.upperBound } ?? runs.count
    guard first < end else {
      if runs.count < Self.mostRuns { runs.insert(run, at: first) }
      return
    }
    let lower = min(run.lowerBound, runs[first].lowerBound)
    let upper = max(run.upperBound, runs[end - 1].upperBound)
    runs.replaceSubrange(first..<end, with: [lower..<upper])
  }
}

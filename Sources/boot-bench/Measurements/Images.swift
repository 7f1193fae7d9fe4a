// boot-bench: one image and its readers.
// SPDX-License-Identifier: Apache-2.0

extension Bench {
  func measureImages() throws {
    let targets = try launch([.image])
    defer { stop(targets) }
    var peaks = targets.map { _ in 0 }
    let resting = try targets.map { try $0.residentBytes() ?? 0 }
    for (readers, copies) in [(1, false), (8, false), (64, false), (8, true), (64, true)] {
      try alternate(Array(targets.indices)) { side in
        try measureReaders(targets[side], readers, copies: copies, peak: &peaks[side])
      }
    }
    var comparison = Comparison()
    for (side, target) in targets.enumerated() where !target.processes.isEmpty {
      let growth = Double(peaks[side] - resting[side])
      comparison.add(
        [Reading("memory growth with 64 readers", .bytes, growth, goal: "ours < 8 MB")],
        side: side)
    }
    Table.printRows(comparison.rows)
  }

  /// - Parameters:
  ///   - copies: whether readers take the bytes, or have the kernel drop them.
  ///   - peak: the highest resident memory seen so far.
  private func measureReaders(
    _ target: Target, _ readers: Int, copies: Bool, peak: inout Int
  ) throws -> [Reading] {
    let name =
      "image, \(readers) \(readers == 1 ? "reader" : "readers")\(copies ? " that copy" : "")"
    var plan = Plan(steps: [try target.step(.image)], clients: readers)
    plan.copiesBodies = copies
    var load = try Load(target.address, plan)
    try load.run(seconds: scale.warmUpSeconds)
    let before = try target.cpuSeconds()
    var highest = peak
    try load.run(seconds: scale.seconds) {
      if let now = try target.residentBytes() { highest = max(highest, now) }
    }
    let after = try target.cpuSeconds()
    peak = highest
    check(load.tally, target, name)
    var readings = [
      Reading("\(name): rate", .bytesPerSecond, load.tally.bytesPerSecond, goal: ">= 0.97")
    ]
    if let before, let after, load.tally.bytes > 0 {
      let each = (after - before) / Double(load.tally.bytes) * 1e9
      readings.append(Reading("\(name): CPU", .secondsPerGigabyte, each, goal: "<= 1.05"))
    }
    return readings
  }
}

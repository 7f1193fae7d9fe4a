// boot-bench: the readings of all rounds, side by side.
// SPDX-License-Identifier: Apache-2.0

/// Collects readings by name, and makes a row of each.
struct Comparison {
  private struct Line {
    let reading: Reading
    /// Values by side: ours, the peer.
    var values: [[Double]] = [[], []]
  }

  private var lines: [Line] = []

  /// - Parameter side: 0 for ours, 1 for the peer.
  mutating func add(_ readings: [Reading], side: Int) {
    for reading in readings {
      if let index = lines.firstIndex(where: { $0.reading.name == reading.name }) {
        lines[index].values[side].append(reading.value)
      } else {
        var line = Line(reading: reading)
        line.values[side].append(reading.value)
        lines.append(line)
      }
    }
  }

  /// Name, ours, peer, ratio, the rounds' lowest and highest ratio, goal.
  var rows: [[String]] {
    lines.map { line in
      let medians = line.values.map { Statistics.median($0) }
      let sides = medians.map { $0.map { line.reading.unit.text($0) } ?? "-" }
      let ratios = zip(line.values[0], line.values[1]).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
      var ratio = ["-", ""]
      let middle = Statistics.median(ratios)
      if let middle, let low = ratios.min(), let high = ratios.max() {
        ratio[0] = Decimal.text(middle, digits: 2)
        ratio[1] = Decimal.text(low, digits: 2) + " to " + Decimal.text(high, digits: 2)
      }
      return [line.reading.name] + sides + ratio
        + [line.reading.goal.text(value: medians[0], ratio: middle)]
    }
  }
}

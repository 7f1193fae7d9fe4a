// BootServer/Metrics: what is counted of boots.
// SPDX-License-Identifier: Apache-2.0

import System

/// Boots by how they ended, their stages by how long they took, and machines that do not get on now.
///
/// Words for results and stages are a fixed few: never a machine's or a profile's name.
final class BootMetrics: Sendable {
  struct Counts: Sendable {
    var ended: [String: Int] = [:]
    var took: [String: Histogram] = [:]
    var stalled: [String: Int] = [:]
  }

  static let results = ["done", "local", "no-report", "restarted", "cut"]
  static let stages = ["identity", "script", "kernel", "initrd", "image", "config", "report"]
  private static let bounds: [Double] = [0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 900, 1800]

  private let state: Mutex<Counts>

  init() {
    var counts = Counts()
    for result in Self.results { counts.ended[result] = 0 }
    for stage in Self.stages {
      counts.took[stage] = Histogram(Self.bounds)
      counts.stalled[stage] = 0
    }
    state = Mutex(counts)
  }

  /// A boot is over.
  func ended(result: String) { state.withLock { $0.ended[result, default: 0] += 1 } }

  /// A stage of a boot is over.
  func took(stage: String, seconds: Double) {
    state.withLock { $0.took[stage, default: Histogram(Self.bounds)].add(seconds) }
  }

  /// Machines whose boot does not get on now, by the stage that it is in; stages that are not named have none.
  func setStalled(_ counts: [String: Int]) {
    state.withLock { state in
      for stage in state.stalled.keys { state.stalled[stage] = 0 }
      state.stalled.merge(counts) { $1 }
    }
  }

  var counts: Counts { state.withLock { $0 } }
}

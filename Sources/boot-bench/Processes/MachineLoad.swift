// boot-bench: whether anybody else was at work.
// SPDX-License-Identifier: Apache-2.0

import System

/// How much of the processors went to others while the benchmark ran.
///
/// The usual reason for figures that do not repeat: a build, a backup, a neighbour's machine.
struct MachineLoad {
  private let start = Clock.now
  private let busyAtStart = MachineLoad.busySeconds

  /// Call it when all children have ended: their time is known from then on.
  ///
  /// - Returns: from 0 to 1; `nil` where /proc/stat says nothing.
  var shareOfOthers: Double? {
    guard let before = busyAtStart, let now = Self.busySeconds else { return nil }
    let total = Clock.seconds(since: start) * Double(Thread.processors)
    return min(1, max(0, (now - before - Process.cpuSeconds) / max(total, 0.01)))
  }

  /// All that is not idle and not waiting for a disk, stolen time too.
  private static var busySeconds: Double? {
    guard let bytes = try? Files.read("/proc/stat"),
      let line = bytes.split(separator: 0x0a).first
    else { return nil }
    let fields = String(decoding: line, as: UTF8.self).split(separator: " ").map { Double($0) ?? 0 }
    guard fields.count > 8 else { return nil }
    let ticks = fields[1...3].reduce(0, +) + fields[6...8].reduce(0, +)
    return ticks / Process.ticksPerSecond
  }
}

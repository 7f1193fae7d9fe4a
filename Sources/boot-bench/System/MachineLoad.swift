// boot-bench: whether anybody else was at work.
// SPDX-License-Identifier: Apache-2.0

import Glibc

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
    let own = Self.seconds(of: RUSAGE_SELF) + Self.seconds(of: RUSAGE_CHILDREN)
    let total = Clock.seconds(since: start) * Double(Host.processors)
    return min(1, max(0, (now - before - own) / max(total, 0.01)))
  }

  /// All that is not idle and not waiting for a disk, stolen time too.
  private static var busySeconds: Double? {
    guard let bytes = try? Files.read("/proc/stat"),
      let line = bytes.split(separator: 0x0a).first
    else { return nil }
    let fields = String(decoding: line, as: UTF8.self).split(separator: " ").map { Double($0) ?? 0 }
    guard fields.count > 8 else { return nil }
    let ticks = fields[1...3].reduce(0, +) + fields[6...8].reduce(0, +)
    return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func seconds(of whom: __rusage_who) -> Double {
    var usage = rusage()
    guard unsafe getrusage(whom.rawValue, &usage) == 0 else { return 0 }
    let parts = [usage.ru_utime, usage.ru_stime]
    return parts.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
  }
}

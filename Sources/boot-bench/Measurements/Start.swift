// boot-bench: start to first answer.
// SPDX-License-Identifier: Apache-2.0

extension Bench {
  /// From the start of the process to the last byte of its first complete 200.
  func measureStart() throws {
    try alternate(startable) { kind in
      var times: [Double] = []
      for _ in 0..<scale.startsARound {
        let target = try lab.start(kind)
        defer { stop([target]) }
        try lab.awaitAnswer(of: target, .script)
        times.append(Clock.seconds(since: target.startedAt))
      }
      let median = Statistics.median(times) ?? 0
      return [Reading("start to first answer", .seconds, median, goal: "<= 0.7")]
    }
  }
}

// boot-bench: a power cut has ended.
// SPDX-License-Identifier: Apache-2.0

extension Bench {
  /// All machines begin at once, and each fetches its files over a connection a file.
  func measureStorm() throws {
    let needed: [Subject] = [.script, .config, .smallImage]
    let targets = try launch(needed)
    defer { stop(targets) }
    try alternate(targets) { target in
      let steps = try needed.map { try target.step($0, isKeptAlive: false) }
      let plan = Plan(
        steps: steps, clients: scale.machines, isKeptAlive: false, repeats: false)
      var load = try Load(target.address, plan)
      try load.run(seconds: 120)
      check(load.tally, target, "storm")
      let failed = load.tally.failures + load.unfinished
      if load.unfinished > 0 { note("\(target.name), storm: \(load.unfinished) are not done") }
      let done = load.tally.doneAt.map(Double.init)
      let mean = done.reduce(0, +) / Double(max(1, done.count))
      return [
        Reading("storm: machines that failed", .count, Double(failed), goal: "ours 0"),
        Reading("storm: mean time to done", .seconds, mean, goal: "<= 1.05"),
        Reading("storm: last one done", .seconds, done.max() ?? 0, goal: "<= 1.05"),
      ]
    }
  }
}

// boot-bench: boot scripts.
// SPDX-License-Identifier: Apache-2.0

extension Bench {
  func measureScripts() throws {
    let targets = try launch([.script])
    defer { stop(targets) }
    for isKeptAlive in [true, false] {
      for clients in [64, 512] {
        let way = isKeptAlive ? "keep-alive" : "connection each"
        let name = "scripts, \(way), \(clients)"
        try alternate(targets) { target in
          let plan = Plan(
            steps: [try target.step(.script, isKeptAlive: isKeptAlive)], clients: clients,
            isKeptAlive: isKeptAlive)
          return try measureRate(target, plan, name, goal: isKeptAlive ? ">= 1.2" : ">= 1.0")
            .readings
        }
      }
    }
    try alternate(targets) { target in
      try target.residentBytes().map {
        [Reading("memory after the scripts", .bytes, Double($0), goal: "ours <= 16 MB")]
      } ?? []
    }
  }

  /// One load of scripts: its readings, and how many requests were answered in all.
  func measureRate(
    _ target: Target, _ plan: Plan, _ name: String, goal: String
  ) throws -> (readings: [Reading], answers: Int) {
    var load = try Load(target.address, plan)
    try load.run(seconds: scale.warmUpSeconds)
    var answers = load.tally.answers
    check(load.tally, target, name)
    let before = try target.cpuSeconds()
    try load.run(seconds: scale.seconds)
    let after = try target.cpuSeconds()
    let tally = load.tally
    try load.finish()
    check(load.tally, target, name)
    answers += load.tally.answers
    let latency = Statistics.percentiles([0.5, 0.99], of: tally.latencies)
    var readings = [
      Reading("\(name): rate", .requestsPerSecond, tally.perSecond, goal: goal),
      Reading("\(name): p50", .microseconds, latency[0]),
      Reading("\(name): p99", .microseconds, latency[1], goal: "<= 1.1"),
    ]
    if let before, let after, tally.answers > 0 {
      let each = (after - before) / Double(tally.answers) * 1e6
      readings.append(Reading("\(name): CPU each", .microseconds, each))
    }
    return (readings, answers)
  }
}

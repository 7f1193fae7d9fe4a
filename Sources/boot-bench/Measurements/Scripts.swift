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
    _ target: Target, _ plan: Plan, _ name: String, goal: Goal, goalOfP99: Goal = "<= 1.1"
  ) throws -> (readings: [Reading], answers: Int) {
    let crew = Crew(target: target, plan: plan, threads: 2)
    let outcome = try crew.run(warmUp: scale.warmUpSeconds, seconds: scale.seconds)
    for tally in [outcome.warmUp, outcome.end] { check(tally, target, name) }
    let tally = outcome.measured
    let latency = Statistics.percentiles([0.5, 0.99], of: tally.latencies)
    var readings = [
      Reading("\(name): rate", .requestsPerSecond, tally.perSecond, goal: goal),
      Reading("\(name): p50", .microseconds, latency[0]),
      Reading("\(name): p99", .microseconds, latency[1], goal: goalOfP99),
    ]
    if let seconds = outcome.cpuSeconds, tally.answers > 0 {
      let each = seconds / Double(tally.answers) * 1e6
      readings.append(Reading("\(name): CPU each", .microseconds, each))
    }
    return (readings, outcome.warmUp.answers + outcome.end.answers)
  }
}

// boot-bench: changes of known machines.
// SPDX-License-Identifier: Apache-2.0

import System

extension Bench {
  /// Sixty-four clients, each by turns `state=configured` and the installer's script of machines that
  /// are its own alone: two changes, each durable before it is answered.
  func measureReinstalls() throws {
    let fleet = try knownMachines()
    let state = lab.path("changing")
    try fleet.writeRecords(in: state)
    let target = try lab.launch(.ours, state: state, hasAPI: true)
    defer { stop([target]) }
    try awaitTrail(of: target)
    let flush = try lab.flushSeconds()
    let clients = 64
    var steps: [Step] = []
    for machine in fleet.machines {
      steps.append(
        Step(
          patch: "/machines/\(machine.uuid)", "{\"state\": \"configured\"}", token: Lab.token,
          host: target.host))
      steps.append(
        Step(
          path: machine.path, host: target.host, isKeptAlive: true, bodyLength: nil, body: nil))
    }
    let plan = Plan(steps: steps, order: .dealt(inRow: 2), clients: clients)
    let least = flush >= 0.002 ? 0.4 * Double(clients) / (2 * flush) : 2000
    var changes = 0
    try alternate([plan]) { plan in
      var load = try Load(target.address, plan)
      try load.run(seconds: scale.warmUpSeconds)
      try load.run(seconds: max(scale.seconds, 1))
      let rate = load.tally.perSecond
      let latency = Statistics.percentiles([0.5, 0.99], of: load.tally.latencies)
      try load.finish()
      check(load.tally, target, "reinstalls")
      changes += load.tally.answers
      return [
        Reading("reinstalls, 64: changes", .requestsPerSecond, rate, goal: .atLeast(least)),
        Reading("reinstalls, 64: p50", .microseconds, latency[0]),
        Reading("reinstalls, 64: p99", .microseconds, latency[1]),
      ]
    }
    try alternate([target]) { target in
      let bytes = Double(try target.residentBytes() ?? 0)
      let count = Decimal.text(Double(changes), digits: 0)
      return [
        Reading("flush, median", .seconds, flush),
        Reading(
          "memory after \(count) changes", .bytes, bytes, goal: .atMost(250 * 1_048_576, .bytes)),
      ]
    }
  }
}

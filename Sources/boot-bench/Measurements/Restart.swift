// boot-bench: a server that comes back to its machines.
// SPDX-License-Identifier: Apache-2.0

import System

extension Bench {
  /// From the start of the process to the first 200 for a machine that has a record.
  ///
  /// Once with the trail as the last run left it, and once without any: then git finds all records
  /// new, and works beside for as long as it takes; nobody may wait for that.
  func measureRestart() throws {
    let fleet = try knownMachines()
    let bare = lab.path("no-trail")
    let count = Decimal.text(Double(fleet.machines.count), digits: 0)
    try alternate([fleet]) { fleet in
      let usual = try (0..<scale.startsARound).map { _ in try measureRestart(fleet, fleet.state) }
      try fleet.writeRecords(in: bare)
      defer { Files.removeTree(bare) }
      Files.synchronize()
      let alone = try measureRestart(fleet, bare)
      let goal = Goal.atMost(scale.records > 50_000 ? 2.5 : 0.25, .seconds)
      let (name, other) = ("restart with \(count) machines", "restart with them and no trail")
      let seconds = Statistics.median(usual.map(\.seconds)) ?? 0
      let cpu = Statistics.median(usual.map(\.cpu)) ?? 0
      return [
        Reading(name, .seconds, seconds, goal: goal), Reading("\(name): CPU", .seconds, cpu),
        Reading(other, .seconds, alone.seconds, goal: goal),
        Reading("\(other): CPU", .seconds, alone.cpu),
      ]
    }
  }

  private func measureRestart(
    _ fleet: MachineFleet, _ state: String
  ) throws -> (seconds: Double, cpu: Double) {
    guard let machine = fleet.machines.first(where: \.isInstalling) else { return (0, 0) }
    let target = try lab.start(.ours, state: state)
    defer { stop([target]) }
    try lab.awaitAnswer(of: target, machine.path, from: MachineFleet.source(of: machine.number))
    return (Clock.seconds(since: target.startedAt), try target.cpuSeconds() ?? 0)
  }
}

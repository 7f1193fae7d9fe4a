// boot-bench: scripts of known machines.
// SPDX-License-Identifier: Apache-2.0

extension Bench {
  /// Every client asks for machines at random over all records; the other side is `?profile=`.
  ///
  /// Records and requests agree, so that nothing is written but when machines were seen.
  func measureMachines() throws {
    let fleet = try knownMachines()
    let target = try lab.launch(.ours, state: fleet.state)
    defer { stop([target]) }
    try awaitTrail(of: target)
    let scripts = try FleetScripts(fleet, target)
    for isKeptAlive in [true, false] {
      let known = scripts.steps(isKeptAlive: isKeptAlive)
      let plain = [try target.step(.script, isKeptAlive: isKeptAlive)]
      for clients in [64, 512] {
        let way = isKeptAlive ? "keep-alive" : "connection each"
        try alternate([
          Plan(
            steps: known, order: .atRandom(addresses: MachineFleet.addresses), clients: clients,
            isKeptAlive: isKeptAlive),
          Plan(steps: plain, clients: clients, isKeptAlive: isKeptAlive),
        ]) { plan in
          try measureRate(
            target, plan, "machines, \(way), \(clients)",
            goal: .ratioAtLeast(scale.records > 50_000 ? 0.65 : 0.75), goalOfP99: ""
          ).readings
        }
      }
    }
    let changed = try fleet.changedRecords()
    if changed > 0 { note("ours, machines: \(changed) records changed, and none should have") }
    try alternate([target]) { target in
      let bytes = try target.residentBytes() ?? 0
      let name = "memory with \(Decimal.text(Double(fleet.machines.count), digits: 0)) machines"
      let most = scale.records > 50_000 ? 250.0 : 48
      return [Reading(name, .bytes, Double(bytes), goal: .atMost(most * 1_048_576, .bytes))]
    }
  }

  /// Waits until no git works for a server, so that none takes part in what is measured.
  func awaitTrail(of target: Target, seconds: Double = 120) throws {
    guard let process = target.processes.first else { return }
    let start = Clock.now
    var quiet = 0
    var before = 0.0
    while quiet < 20 {
      if Clock.seconds(since: start) > seconds {
        return note("\(target.name): git still works for it after \(Int(seconds)) s")
      }
      // One git after another may be gone before it is seen; the time that it took is not.
      let now = try ProcessFigures.cpuSeconds(of: process, withChildren: true)
      let isQuiet = now == before && ProcessFigures.children(of: process).isEmpty
      quiet = isQuiet ? quiet + 1 : 0
      before = now
      Clock.sleep(seconds: 0.02)
    }
  }
}

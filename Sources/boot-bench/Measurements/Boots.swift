// boot-bench: boots that are kept.
// SPDX-License-Identifier: Apache-2.0

import System

extension Bench {
  /// Each known machine is looked at, of which nothing is kept, and then boots: its script and two files.
  ///
  /// A fresh server each round, without boots of the one before.
  func measureBoots() throws {
    let fleet = try knownMachines()
    let count = Decimal.text(Double(fleet.machines.count), digits: 0)
    let small = "\(BenchData.imagePath).small"
    try Files.write([UInt8](repeating: 0x61, count: 4096), to: lab.data.dataDirectory + small)
    try alternate([fleet]) { fleet in
      Files.remove("\(fleet.state)/boots")
      let target = try lab.launch(.ours, state: fleet.state)
      defer { stop([target]) }
      try awaitTrail(of: target)
      try ask(target, fleet) { ["\($0.path)&preview=1", "/healthz", "/healthz"] }
      let before = try target.residentBytes() ?? 0
      let start = Clock.now
      try ask(target, fleet) { [$0.path, small, BenchData.configPath] }
      let seconds = Clock.seconds(since: start)
      // What is kept is written down within five seconds.
      Clock.sleep(seconds: 6)
      let growth = try (target.residentBytes() ?? 0) - before
      return [
        Reading("memory of \(count) boots", .bytes, Double(growth), goal: .atMost(16e6, .bytes)),
        Reading(
          "boots, one behind the other", .requestsPerSecond, Double(fleet.machines.count) / seconds),
      ]
    }
  }

  private func ask(
    _ target: Target, _ fleet: MachineFleet, _ paths: (KnownMachine) -> [String]
  ) throws {
    for machine in fleet.machines {
      for path in paths(machine) {
        _ = try Fetch.fetch(
          target.address, host: target.host, path: path,
          from: MachineFleet.source(of: machine.number))
      }
    }
  }
}

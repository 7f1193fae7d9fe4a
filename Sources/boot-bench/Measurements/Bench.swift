// boot-bench: rounds that alternate between two servers.
// SPDX-License-Identifier: Apache-2.0

/// One run of the benchmark.
final class Bench {
  let lab: Lab
  let scale: Scale
  /// Known machines, once a measurement has asked for them.
  private var fleet: MachineFleet?
  /// What did not work, for the end of the run.
  private(set) var problems: [String] = []

  init(_ lab: Lab) {
    self.lab = lab
    scale = lab.options.scale
  }

  func run() throws {
    let options = lab.options
    var shown: Measurement.Sides?
    for measurement in Measurement.all {
      if !options.only.isEmpty, !options.only.contains(measurement.name) { continue }
      if measurement.sides != shown { printHeader(measurement.sides) }
      shown = measurement.sides
      try measurement.run(self)
    }
  }

  private func printHeader(_ sides: Measurement.Sides) {
    switch sides {
    case .servers:
      Table.printHeader(
        ours: Self.name(lab.options.first), peer: lab.options.second.map(Self.name))
    case .ours(let first, let second): Table.printHeader(ours: first, peer: second)
    }
  }

  private static func name(_ kind: ServerKind) -> String {
    switch kind {
    case .ours: "ours"
    case .nginx: "nginx"
    case .running(let address): "\(address)"
    }
  }

  /// The sides that this program can start itself: always the first, and a peer that is no URL.
  var startable: [ServerKind] {
    [lab.options.first, lab.options.second].compactMap { $0 }.filter {
      if case .running = $0 { false } else { true }
    }
  }

  /// Starts both sides; a running peer takes part if it has what is to be asked for.
  ///
  /// Whoever calls this stops them with ``stop(_:)``.
  func launch(_ needed: [Subject], isLogging: Bool = false) throws -> [Target] {
    var targets: [Target] = []
    do {
      for kind in [lab.options.first, lab.options.second].compactMap({ $0 }) {
        let target = try lab.launch(kind, isLogging: isLogging)
        targets.append(target)
        if !needed.allSatisfy(target.has) { targets.removeLast() }
        if needed.contains(.image) { try lab.verifyImage(of: target) }
      }
      return targets
    } catch {
      stop(targets)
      throw error
    }
  }

  func stop(_ targets: [Target]) {
    for target in targets {
      if let problem = lab.stop(target) { note(problem) }
    }
  }

  /// Measures every side in every round, the other one first in every second round.
  func alternate<Side>(_ sides: [Side], _ measure: (Side) throws -> [Reading]) throws {
    var comparison = Comparison()
    for round in 0..<scale.rounds {
      let order = round % 2 == 0 ? Array(sides.indices) : sides.indices.reversed()
      for side in order { comparison.add(try measure(sides[side]), side: side) }
    }
    Table.printRows(comparison.rows)
  }

  /// Notes what a load met that should not be.
  func check(_ tally: Tally, _ target: Target, _ what: String) {
    if tally.failures > 0 {
      note(
        "\(target.name), \(what): \(tally.failures) failures, first: \(tally.firstFailure ?? "")")
    } else if tally.bytes == 0 {
      note("\(target.name), \(what): nothing came")
    }
  }

  /// Machines with their records on disk, made once a run.
  func knownMachines() throws -> MachineFleet {
    if let fleet { return fleet }
    let made = MachineFleet(count: scale.records, state: lab.path("known"))
    try made.write(lab.data, lab.cleanup)
    fleet = made
    return made
  }

  func note(_ problem: String) { problems.append(problem) }
}

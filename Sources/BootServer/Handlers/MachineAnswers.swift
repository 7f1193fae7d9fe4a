// BootServer/Handlers: records as the API answers them.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// Records with what is kept beside them: when they were heard of, and why they are held.
struct MachineAnswers {
  private let snapshot: Snapshot
  private let register: MachineRegister

  init(_ snapshot: Snapshot, _ register: MachineRegister) {
    self.snapshot = snapshot
    self.register = register
  }

  /// Every machine, by ID; those whose records cannot be used are the last.
  var all: [JSON] {
    snapshot.roster.all.map { answer($0.machine) }
      + snapshot.roster.damaged.map { damaged in
        Machine.answer(
          damaged: damaged.id, damaged.error, held: completed(held(damaged.id, damaged.error)))
      }
  }

  func answer(_ machine: Machine) -> JSON {
    machine.answer(register.sightings[machine.id], held: held(machine).map(completed))
  }

  private func completed(_ held: HeldSince) -> HeldSince {
    var held = held
    held.says = register.command.completed(held.says)
    return held
  }

  func held(_ id: MachineID, _ error: MachineError) -> HeldSince {
    let hold = Hold.record(id, error.description, isSaid: true)
    return HeldSince(hold, since: register.holds[id]?.since ?? register.startedAt)
  }

  /// What its last boot came to, or what its next one would.
  func held(_ machine: Machine) -> HeldSince? {
    let since = register.sightings[machine.id].lastSeen ?? machine.firstSeen
    let isWaiting = machine.state == .configured || machine.state == .installing
    if isWaiting, let reason = snapshot.withheld(machine.id) {
      return HeldSince(.record(machine.id, reason, isSaid: true), since: since)
    }
    if let held = register.holds[machine.id] { return held }
    if isWaiting { return nil }
    guard machine.profile == nil else { return nil }
    let sharing = snapshot.roster.doubts(about: machine)
    return HeldSince(
      sharing.isEmpty ? .unmatched(machine.id) : .sharesNames(machine.id, sharing), since: since)
  }
}

// Boot/Machines/Roster: machines that may be others, for a person to decide.
// SPDX-License-Identifier: Apache-2.0

extension Roster {
  /// All doubts, by the IDs of NEW and OLD; takes time in proportion to the records.
  ///
  /// What a boot told in passing and is in no record, as one UUID that two boards say, is not among them.
  package var doubts: [Doubt] {
    var found: [(new: MachineID, shared: SharedNames)] = []
    var partners: [MachineID: Int] = [:]
    for entry in everyEntry where !entry.machine.isInUse {
      for shared in doubts(about: entry.machine) {
        found.append((entry.machine.id, shared))
        partners[entry.machine.id, default: 0] += 1
        partners[shared.machine, default: 0] += 1
      }
    }
    return found.map { (new, shared) in
      Doubt(
        old: shared.machine, new: new, names: shared.names,
        isOneToOne: partners[new] == 1 && partners[shared.machine] == 1)
    }.sorted { ($0.new, $0.old) < ($1.new, $1.old) }
  }
}

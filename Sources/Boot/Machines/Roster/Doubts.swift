// Boot/Machines/Roster: machines that may be others, for a person to decide.
// SPDX-License-Identifier: Apache-2.0

/// A machine that has names in common with one in use, so that it gets no installer until a person decides.
package struct Doubt: Equatable, Sendable {
  /// In use, or with a profile and too much alike.
  package let old: MachineID
  package let new: MachineID
  /// What they have in common.
  package let names: [HardwareName]
  /// Neither of them is in doubt with a third one.
  package let isOneToOne: Bool

  private static let program = "coreos-ipxe-server machines"

  /// What to say if NEW is OLD.
  package var sameCommand: String { "\(Self.program) doubts --same \(new)" }
  /// What to say if NEW is a machine of its own.
  package var otherCommand: String { "\(Self.program) claim \(new) --profile NAME" }
}

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

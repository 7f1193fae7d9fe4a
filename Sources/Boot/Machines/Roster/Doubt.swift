// Boot/Machines/Roster: a machine that may be another one.
// SPDX-License-Identifier: Apache-2.0

/// A machine that has names in common with one in use, so that it gets no installer until a person decides.
package struct Doubt: Equatable, Sendable {
  /// In use, or with a profile and too much alike.
  package let old: MachineID
  /// The machine that is held.
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

// Boot/Machines/Rules: what a request changes.
// SPDX-License-Identifier: Apache-2.0

/// A record as it shall be, and why.
package struct Decision: Sendable {
  /// A record that goes with it.
  package struct Removal: Equatable, Sendable {
    package let id: MachineID
    package let why: String
  }

  package var machine: Machine
  package let why: String
  /// For a machine without a profile: why no profile takes it.
  package var choice = Choice.none
  /// Machines without a profile that were this one all along, or that make room for it.
  package var removals: [Removal] = []

  package init(_ machine: Machine, why: String) {
    self.machine = machine
    self.why = why
  }
}

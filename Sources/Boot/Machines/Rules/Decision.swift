// Boot/Machines/Rules: what a request changes.
// SPDX-License-Identifier: Apache-2.0

/// A record as it shall be, and why.
package struct Decision: Sendable {
  /// A record that goes with it.
  package struct Removal: Equatable, Sendable {
    /// The machine that is removed.
    package let id: MachineID
    /// For the trail, as half a sentence.
    package let why: String
  }

  /// The record as it is to be.
  package var machine: Machine
  /// For the trail, as half a sentence.
  package let why: String
  /// For a machine without a profile: why no profile takes it.
  package var choice = Choice.none
  /// Machines without a profile that were this one all along, or that make room for it.
  package var removals: [Removal] = []

  /// - Parameter why: for the trail, as half a sentence.
  package init(_ machine: Machine, why: String) {
    self.machine = machine
    self.why = why
  }
}

// BootServer/Storage: what opening a store found.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// What opening a store found.
struct StoredState: Sendable {
  struct Damaged: Sendable {
    let id: MachineID
    let error: MachineError
    /// What its file holds.
    let bytes: [UInt8]
    /// Its names and its slot, where they are known.
    let known: KnownRecord?
    /// By generation: an installer that is at work has one of them.
    var tokens: [Int: String] = [:]
  }

  var machines: [StoredRecord] = []
  /// Records that are lost or cannot be used, each machine once.
  var damaged: [Damaged] = []
  /// Machines that get no installer until a person decides, and why, whatever their records say.
  var held: [MachineID: String] = [:]
  /// Edited by hand while no server ran.
  var touched: [MachineID] = []
  var sightings: [MachineID: Machine.Sightings] = [:]
  /// `nil`: they cannot be read; they are to be made of the records' own, and none anew.
  var clusters: [String: String]?
  /// Of batches that a crash left in the journal; the trail may have them already.
  var words: [TrailNote] = []
  /// Sentences for the log.
  var warnings: [String] = []
}

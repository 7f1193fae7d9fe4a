// BootServer/Fleet: all machines at one moment.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// An immutable picture of all machines, for any thread to read without waiting.
final class Snapshot: Sendable {
  let roster: Roster
  /// Tokens of etcd's discovery by cluster.
  let clusters: [String: String]
  /// Newcomers get no installer.
  let careful: Careful?
  /// Why there are no machines now.
  let problem: String?
  /// Machines that get no installer until a person decides, and why: what the store found.
  let held: [MachineID: String]
  /// It is not known whether their last change happened.
  let unsure: Set<MachineID>
  /// The last batch that is in it.
  let batch: Int
  /// Counts the snapshots of this process.
  let number: Int

  init(
    roster: Roster = Roster(), clusters: [String: String] = [:], careful: Careful? = nil,
    problem: String? = nil, held: [MachineID: String] = [:], unsure: Set<MachineID> = [],
    batch: Int = 0, number: Int = 0
  ) {
    self.roster = roster
    self.clusters = clusters
    self.careful = careful
    self.problem = problem
    self.held = held
    self.unsure = unsure
    self.batch = batch
    self.number = number
  }

  /// Why there are no machines now, for clients, who need not know where things are.
  var clientProblem: String? { problem == nil ? nil : Hold.state.console }

  /// The machine with this ID, as it was written down last.
  func machine(_ id: MachineID) -> Roster.Entry? { roster[id] }

  /// Which machine a boot is; `nil` while there are none.
  func find(_ boot: BootIdentity) -> Identification? {
    problem == nil ? roster.identify(boot) : nil
  }

  /// The machine that a person names.
  func resolve(_ name: String) throws(MachineError) -> Roster.Entry { try roster.resolve(name) }

  /// Why a machine gets no installer, whatever its record says.
  func withheld(_ id: MachineID) -> String? {
    if let reason = held[id] { return reason }
    guard unsure.contains(id) else { return nil }
    return "it is not known whether its last change happened; the server finds out by itself"
  }
}

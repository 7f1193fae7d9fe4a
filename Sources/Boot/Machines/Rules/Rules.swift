// Boot/Machines/Rules: what may be done with machines.
// SPDX-License-Identifier: Apache-2.0

/// The rules, as functions of what is known; nothing here is written down.
package struct Rules {
  /// All machines, as they are where the decision is made.
  package let roster: Roster
  /// All profiles, as far as they were looked at.
  package let profiles: ProfileIndex
  /// Tokens of etcd's discovery that there are already.
  package let clusters: [String: String]
  /// `nil` where the state directory is what it was.
  package let careful: Careful?
  /// When a machine was heard of last, as far as the roster does not know.
  let lastSeen: (MachineID) -> Timestamp?
  /// The clock, read once for all of a decision.
  package let now: Timestamp

  /// A decision's whole world: nothing else is looked at.
  package init(
    roster: Roster, profiles: ProfileIndex, clusters: [String: String] = [:],
    careful: Careful? = nil, lastSeen: @escaping (MachineID) -> Timestamp? = { _ in nil },
    now: Timestamp
  ) {
    self.roster = roster
    self.profiles = profiles
    self.clusters = clusters
    self.careful = careful
    self.lastSeen = lastSeen
    self.now = now
  }

  /// The etcd cluster that a machine belongs to, by its profile.
  package func cluster(of id: MachineID) -> String {
    profiles[roster[id]?.machine.profile]?.etcdCluster ?? "default"
  }

  func known(_ id: MachineID) throws(MachineError) -> Machine {
    guard let entry = roster[id] else {
      if let damage = roster.damage(of: id) { throw damage }
      throw .unknownMachine(id.description)
    }
    return entry.machine
  }

  func move(
    _ machine: inout Machine, to state: MachineState, by mover: Lifecycle.Mover
  ) throws(MachineError) {
    try Lifecycle.move(
      &machine, to: state, by: mover, installs: profiles[machine.profile]?.installs, now: now)
  }
}

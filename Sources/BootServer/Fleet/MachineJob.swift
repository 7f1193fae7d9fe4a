// BootServer/Fleet: one change in the making.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// Something that is decided on the register's own thread, one after another.
struct MachineJob: Sendable {
  /// Whose record has to be up to date first.
  enum Subject: Sendable {
    case machine(MachineID)
    case boot(BootIdentity)
    /// Whatever a person calls it.
    case name(String)
  }

  /// What is to be done.
  enum Proposal {
    case put(Decision)
    case remove(MachineID, why: String)
    /// The etcd token of a cluster, and the machine that needs it.
    case cluster(String, token: String?, MachineID)
    case nothing
  }

  /// What was done.
  struct Reply: Sendable {
    /// As it is now, on disk.
    var entry: Roster.Entry?
    var choice = Choice.none
    var isNew = false
    /// The etcd cluster that was asked for.
    var cluster = ""
  }

  let subject: Subject
  /// For the trail: an address, a user.
  let who: String
  /// Whether it is for records, too, that cannot be read.
  var takesDamaged = false
  /// - Parameter id: of the machine that the subject names; `nil` where there is none.
  let decide: @Sendable (_ rules: Rules, _ id: MachineID?) throws(MachineError) -> Proposal
  let done: @Sendable (Result<Reply, MachineError>) -> Void
}

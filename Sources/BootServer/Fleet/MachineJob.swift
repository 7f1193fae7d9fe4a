// BootServer/Fleet: one change in the making.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Something that is decided on the writing thread, one after another.
struct MachineJob: Sendable {
  /// Whose record has to be up to date first.
  enum Subject: Sendable {
    case machine(MachineID)
    case boot(BootIdentity)
    /// Whatever a person calls it.
    case name(String)
    case nobody
  }

  /// Which profiles have to be up to date first.
  enum Profiles: Sendable {
    case none
    /// The machine's own, and perhaps another.
    case own(also: String?)
    /// All, for a choice among them.
    case all
  }

  /// What is to be done.
  enum Proposal {
    case put(Decision)
    /// Several records, each its own change.
    case putAll([Decision])
    case remove(MachineID, why: String)
    /// The etcd token of a cluster, and the machine that needs it.
    case cluster(String, token: String?, MachineID)
    case nothing
  }

  /// What was done.
  struct Reply: Sendable {
    /// As it is now, durable.
    var entry: Roster.Entry?
    /// Where several records changed.
    var entries: [Roster.Entry] = []
    var choice = Choice.none
    var isNew = false
    /// The etcd cluster that was asked for.
    var cluster = ""
  }

  typealias Outcome = Result<Reply, MachineError>

  let subject: Subject
  /// For the trail: an address, a user.
  let who: String
  var profiles = Profiles.none
  /// Whether it is for records, too, that cannot be read.
  var takesDamaged = false
  /// Whether a person says it: then what the store holds is decided.
  var isPersons = false
  /// Whether an installer's script is served for it: not where the store found something strange.
  var isInstaller = false
  /// What a machine says of itself, or somebody of it.
  var reports: MachineState?
  /// Whether nothing is changed: only the record is read again.
  var isLook = false
  /// Bytes that it keeps in memory while it waits, about.
  var bytes = 512
  /// - Parameter id: of the machine that the subject names; `nil` where there is none.
  let decide: @Sendable (_ rules: Rules, _ id: MachineID?) throws(MachineError) -> Proposal
}

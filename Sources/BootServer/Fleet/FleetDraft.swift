// BootServer/Fleet: a batch in the making.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// What a batch of jobs leads to, before it is durable.
struct FleetDraft {
  private(set) var roster: Roster
  private(set) var clusters: [String: String]
  private(set) var batch = Batch()
  /// Records that were found damaged meanwhile.
  private(set) var damages: [MachineID: Roster.Damage] = [:]
  /// Records that say again what they said before they were damaged.
  private(set) var mended: [Roster.Entry] = []
  private(set) var lost: [MachineID: LostRecord]
  /// Records that were edited by hand.
  private(set) var edited: Set<MachineID> = []
  /// Machines that a person has decided on.
  private(set) var decided: Set<MachineID> = []
  private let before: Roster
  /// Where each changed machine stands in the batch.
  private var places: [MachineID: Int] = [:]
  private var words: [(id: MachineID?, note: TrailNote)] = []
  /// The number that the batch will have.
  private let next: Int
  private let clustersAreLost: Bool

  init(_ keeper: FleetKeeper, next: Int) {
    roster = keeper.roster
    before = keeper.roster
    clusters = keeper.clusters
    clustersAreLost = keeper.clustersAreLost
    lost = keeper.lost
    self.next = next
  }

  var isEmpty: Bool { batch.changes.isEmpty && batch.clusters == nil }
  /// Whether files say something else of the records that we have than they did.
  var isSeenAnew: Bool { !damages.isEmpty || !mended.isEmpty }

  /// What it does to machines.
  var news: FleetNews {
    let gone = batch.changes.filter { $0.machine == nil }.map(\.id)
    return FleetNews(decided: decided, gone: Set(gone))
  }

  mutating func apply(
    _ proposal: MachineJob.Proposal, _ job: MachineJob, _ rules: Rules
  ) throws(MachineError) -> MachineJob.Reply {
    switch proposal {
    case .nothing: return MachineJob.Reply()
    case .remove(let id, let why):
      remove(id, who: job.who, why: why)
      if job.isPersons { decided.insert(id) }
      return MachineJob.Reply()
    case .put(let decision): return try put(decision, job)
    case .putAll(let decisions):
      // All of them, or none.
      for decision in decisions { try check(decision) }
      var reply = MachineJob.Reply()
      for decision in decisions {
        if let entry = try put(decision, job).entry { reply.entries.append(entry) }
      }
      return reply
    case .cluster(let name, let token, let id):
      if let token, clusters[name] == nil {
        guard !clustersAreLost else {
          let reason =
            "it cannot be read, and a second token would split a cluster; mend it, or remove it"
          throw .notKept(file: ClusterTokens.fileName, reason: reason)
        }
        addCluster(name, token, job.who)
      }
      guard var machine = roster[id]?.machine, let kept = clusters[name] else {
        return MachineJob.Reply(cluster: name)
      }
      machine.etcdToken = kept
      var reply = try put(
        Decision(machine, why: "its cluster \(name) has a discovery token"), job)
      reply.cluster = name
      return reply
    }
  }

  private mutating func put(
    _ decision: Decision, _ job: MachineJob
  ) throws(MachineError) -> MachineJob.Reply {
    let id = decision.machine.id
    let old = roster[id]
    var reply = MachineJob.Reply(choice: decision.choice, isNew: old == nil)
    if job.isPersons { decided.insert(id) }
    if let old, old.machine == decision.machine, decision.removals.isEmpty {
      reply.entry = old
      return reply
    }
    try check(decision)
    for removal in decision.removals { remove(removal.id, who: job.who, why: removal.why) }
    reply.entry = write(decision.machine, who: job.who, why: decision.why)
    return reply
  }

  private func check(_ decision: Decision) throws(MachineError) {
    guard decision.machine.fileText.utf8.count <= RecordFile.writeLimit else {
      throw .tooLarge(decision.machine.id, limit: RecordFile.writeLimit)
    }
  }

  /// A record as somebody has edited it stands for what we had.
  mutating func adoptEdit(_ decision: Decision) {
    decided.insert(decision.machine.id)
    edited.insert(decision.machine.id)
    _ = write(decision.machine, who: "by hand", why: decision.why)
  }

  private mutating func write(_ machine: Machine, who: String, why: String) -> Roster.Entry {
    let id = machine.id
    let old = roster[id]
    var token = old?.token ?? ""
    var isNewToken = false
    // A stranger's token is nowhere but in memory, and nobody was told it.
    if old == nil || old?.machine.generation != machine.generation
      || old?.machine.state == .unknown && machine.state != .unknown
    {
      token = lost[id]?.tokens[machine.generation] ?? Random.hex(bytes: 16)
      isNewToken = machine.state != .unknown
    }
    var machine = machine
    machine.stamp(batch: next, from: old?.machine)
    let entry = Roster.Entry(machine, token: token)
    roster.put(entry)
    damages[id] = nil
    lost[id] = nil
    set(id, machine, token: isNewToken ? token : nil)
    if let note = TrailNote(from: old?.machine, to: machine, who: who, why: why) {
      words.append((id, note))
    }
    return entry
  }

  private mutating func remove(_ id: MachineID, who: String, why: String) {
    let old = roster[id]?.machine
    roster.remove(id)
    damages[id] = nil
    lost[id] = nil
    set(id, nil, token: nil)
    if let note = TrailNote(from: old, to: nil, who: who, why: why) { words.append((id, note)) }
  }

  /// Of a machine that changes twice in a batch only the last version counts.
  private mutating func set(_ id: MachineID, _ machine: Machine?, token: String?) {
    if let place = places[id] {
      batch.changes[place].machine = machine
      batch.changes[place].token = token ?? batch.changes[place].token
      return
    }
    places[id] = batch.changes.count
    batch.changes.append(
      RecordChange(
        id: id, machine: machine, token: token, replaces: before[id]?.machine.revision))
  }

  private mutating func addCluster(_ name: String, _ token: String, _ who: String) {
    clusters[name] = token
    batch.clusters = clusters
    words.append(
      (nil, TrailNote(cluster: name, ClusterTokens.fileText(clusters), who: who)))
  }

  mutating func damage(_ id: MachineID, _ damage: Roster.Damage) {
    damages[id] = damage
    if let entry = roster[id] { lost[id] = LostRecord(entry) }
    roster.putDamaged(id, damage)
  }

  /// A record's file says what the store has: one that could not be used is as it was.
  mutating func mend(_ id: MachineID) {
    guard let entry = lost[id]?.entry else { return }
    mended.append(entry)
    damages[id] = nil
    lost[id] = nil
    roster.put(entry)
  }

  /// The batch as it is committed: with its words.
  func complete() -> Batch {
    var batch = batch
    batch.words = words.map(\.note)
    return batch
  }

  /// The batch has happened, under this number.
  mutating func renumber(_ number: Int) {
    guard number != next else { return }
    for change in batch.changes {
      guard var machine = change.machine, let entry = roster[change.id] else { continue }
      machine.revision = number
      roster.put(Roster.Entry(machine, token: entry.token))
    }
  }

  func notes(_ number: Int) -> [TrailNote] {
    words.map { word in
      var note = word.note
      note.batch = number
      return note
    }
  }

  /// What came of a job, with the records as they are now.
  func current(_ outcome: MachineJob.Outcome, _ number: Int) -> MachineJob.Outcome {
    guard number != next, case .success(var reply) = outcome else { return outcome }
    reply.entry = reply.entry.flatMap { roster[$0.machine.id] ?? $0 }
    reply.entries = reply.entries.map { roster[$0.machine.id] ?? $0 }
    return .success(reply)
  }
}

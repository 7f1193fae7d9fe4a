// BootServer/Fleet: the one place where machines change.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Decides jobs one after another and has what they change made durable; used by one thread.
///
/// It has no thread and no clock of its own, so a test can do in a second what a fleet does in a year.
struct FleetKeeper {
  /// Something that an operator should read.
  let store: any RecordStore
  /// Brings profiles up to date and gives them.
  let profiles: (MachineJob.Profiles, _ own: String?) -> ProfileIndex
  /// When a machine was heard of last.
  let lastSeen: (MachineID) -> Timestamp?

  /// What is durable.
  private(set) var roster = Roster()
  private(set) var clusters: [String: String] = [:]
  /// Clusters whose tokens cannot be read: none are made anew.
  private(set) var clustersAreLost = false
  private(set) var careful: Careful?
  /// What is kept of records that cannot be used.
  private(set) var lost: [MachineID: LostRecord] = [:]
  private(set) var held: [MachineID: String] = [:]
  private(set) var unsure: Set<MachineID> = []
  private(set) var isOpen = false
  private(set) var events: [FleetEvent] = []
  /// Whether a snapshot would show something new.
  var hasChanged = false
  /// Notes of what happened, for the trail.
  private(set) var notes: [TrailNote] = []
  /// What happened, for what is kept beside the records.
  private(set) var news = FleetNews()

  init(
    store: any RecordStore,
    profiles: @escaping (MachineJob.Profiles, _ own: String?) -> ProfileIndex,
    lastSeen: @escaping (MachineID) -> Timestamp? = { _ in nil }
  ) {
    self.store = store
    self.profiles = profiles
    self.lastSeen = lastSeen
  }

  /// Takes over what the store has.
  mutating func open() throws(StoreError) -> StoredState {
    isOpen = false
    let state = try store.open()
    roster = Roster()
    lost = [:]
    for record in state.machines {
      roster.put(Roster.Entry(record.machine, token: record.token))
    }
    for damaged in state.damaged {
      var damage = Roster.Damage(damaged.error, id: damaged.id, bytes: damaged.bytes)
      if let known = damaged.known { damage.remember(known) }
      roster.putDamaged(damaged.id, damage)
      lost[damaged.id] = LostRecord(tokens: damaged.tokens)
      events.append(.heldRecord(damaged.error))
    }
    clustersAreLost = state.clusters == nil
    clusters = state.clusters ?? tokensOfRecords()
    held = state.held
    unsure = []
    // What was said of another directory, or before this one was put back, is not said of this one.
    careful = nil
    look()
    isOpen = true
    // What is not trusted is not written anew either.
    if careful == nil { recordEdits(of: state.touched) }
    return state
  }

  /// What was edited while no server ran is true already; a batch makes it a change like any other.
  private mutating func recordEdits(of touched: [MachineID]) {
    var rest = touched[...]
    while !rest.isEmpty {
      var draft = FleetDraft(self, next: store.condition.nextBatch)
      for id in rest.prefix(JobQueue.batchJobs) {
        guard let machine = roster[id]?.machine else { continue }
        draft.adoptEdit(Decision(machine, why: "its file was edited"))
      }
      rest = rest.dropFirst(JobQueue.batchJobs)
      guard let number = try? store.commit(draft.complete()) else { return }
      draft.renumber(number)
      roster = draft.roster
    }
  }

  /// What the records say of their clusters' tokens, where the list of them is lost.
  private func tokensOfRecords() -> [String: String] {
    var found: [String: String] = [:]
    let index = profiles(.all, nil)
    for entry in roster.all {
      guard let token = entry.machine.etcdToken, let name = entry.machine.profile else { continue }
      found[index[name]?.etcdCluster ?? "default"] = token
    }
    return found
  }

  /// Takes over how the store does.
  private mutating func look() {
    let condition = store.condition
    let now = condition.careful.map { _ in careful ?? Careful(since: condition.batch) }
    if careful == now { return }
    (careful, hasChanged) = (now, true)
  }

  mutating func drainEvents() -> [FleetEvent] {
    defer { events = [] }
    return events
  }

  mutating func drainNotes() -> [TrailNote] {
    defer { notes = [] }
    return notes
  }

  mutating func drainNews() -> FleetNews {
    defer { news = FleetNews() }
    return news
  }

  /// Tries to find out what is not known, and to mend what keeps changes from being made.
  mutating func recover() {
    let isTroubled = !unsure.isEmpty || store.condition.problem != nil
    if isTroubled, store.recover(), !unsure.isEmpty { (unsure, hasChanged) = ([], true) }
    look()
  }

  /// A person says that this state is the right one.
  mutating func trust() throws(StoreError) {
    try store.trust()
    let ids = Set(held.keys)
    (held, hasChanged) = ([:], true)
    store.decided(ids)
    look()
  }

  /// Nobody may have been told of what it shows before it is durable.
  func snapshot(number: Int, problem: String? = nil) -> Snapshot {
    Snapshot(
      roster: roster, clusters: clusters, careful: careful, problem: problem, held: held,
      unsure: unsure, batch: store.condition.batch, number: number)
  }
}

extension FleetKeeper {
  /// Decides all the jobs, makes what they change durable together, and says what came of each.
  ///
  /// A job that its rules refuse changes nothing. What cannot be made durable did not happen, for none
  /// of them.
  ///
  /// - Returns: what came of each, in their order.
  mutating func process(_ jobs: [MachineJob], now: Timestamp) -> [MachineJob.Outcome] {
    var draft = FleetDraft(self, next: store.condition.nextBatch)
    rereadEdited(&draft, now)
    for job in jobs {
      // Where nobody tells of edits, a look at the record itself does.
      guard case .machine(let id) = job.subject, !draft.edited.contains(id),
        !store.isCurrent(id)
      else { continue }
      reread(id, &draft, now)
    }
    var hasAll = false
    let outcomes = jobs.map { decide($0, &draft, &hasAll, now) }
    defer { hear(of: zip(jobs, outcomes), now) }
    guard !draft.isEmpty else {
      if draft.isSeenAnew { (roster, lost, hasChanged) = (draft.roster, draft.lost, true) }
      liftHolds(draft)
      return outcomes
    }
    do throws(CommitError) {
      let number = try store.commit(draft.complete())
      draft.renumber(number)
      events += moves(in: draft)
      (roster, clusters, hasChanged) = (draft.roster, draft.clusters, true)
      lost = draft.lost
      liftHolds(draft)
      events += draft.edited.sorted().map { .edited($0) }
      notes += draft.notes(number)
      return outcomes.map { draft.current($0, number) }
    } catch {
      return failed(draft, outcomes.count, error)
    }
  }

  private func moves(in draft: FleetDraft) -> [FleetEvent] {
    draft.batch.changes.compactMap { change in
      let (old, new) = (roster[change.id]?.machine.state, change.machine?.state)
      return old == new ? nil : .moved(change.id, from: old, to: new)
    }
  }

  /// Strangers that were heard of are the last to make room for others.
  private mutating func hear(
    of boots: Zip2Sequence<[MachineJob], [MachineJob.Outcome]>, _ now: Timestamp
  ) {
    for (job, outcome) in boots {
      guard case .boot = job.subject, case .success(let reply) = outcome,
        let machine = reply.entry?.machine, machine.profile == nil
      else { continue }
      roster.heard(of: machine.id, now)
    }
  }

  /// What a person has decided is held no more, also where nothing had to be changed for it.
  private mutating func liftHolds(_ draft: FleetDraft) {
    let ids = draft.decided.filter { held[$0] != nil }
    if !ids.isEmpty {
      for id in ids { held[id] = nil }
      hasChanged = true
      store.decided(ids)
    }
    news.join(draft.news)
  }

  /// Those too are refused that changed nothing: what they were decided on did not happen.
  private mutating func failed(
    _ draft: FleetDraft, _ count: Int, _ error: CommitError
  ) -> [MachineJob.Outcome] {
    hasChanged = true
    events.append(.notKept(changes: draft.batch.changes.count, reason: error.description))
    if case .notKnown = error { unsure.formUnion(draft.batch.changes.map(\.id)) }
    // What the files say of the records that we have is so, whatever else did not happen.
    for entry in draft.mended {
      roster.put(entry)
      lost[entry.machine.id] = nil
    }
    for (id, damage) in draft.damages {
      if let entry = roster[id] { lost[id] = LostRecord(entry) }
      roster.putDamaged(id, damage)
    }
    let failure: MachineError =
      switch error {
      case .notDone(let reason): .notKept(file: "the change", reason: reason)
      case .notKnown(let reason): .notKnown(reason)
      }
    return Array(repeating: .failure(failure), count: count)
  }

  private func decide(
    _ job: MachineJob, _ draft: inout FleetDraft, _ hasAll: inout Bool, _ now: Timestamp
  ) -> MachineJob.Outcome {
    do throws(MachineError) {
      let subject = try find(job.subject, draft.roster)
      if let id = subject, let damage = draft.roster.damage(of: id), !job.takesDamaged {
        throw damage
      }
      if job.isInstaller, let id = subject, let reason = held[id] {
        throw .held(.record(id, reason, isSaid: true))
      }
      let rules = Rules(
        roster: draft.roster, profiles: profiles(of: job, subject, draft, &hasAll),
        clusters: draft.clusters, careful: careful, lastSeen: lastSeen, now: now)
      let id = subject.flatMap { draft.roster[$0] == nil ? nil : $0 }
      let proposal = try job.decide(rules, id)
      return .success(try draft.apply(proposal, job, rules))
    } catch {
      return .failure(error)
    }
  }

  /// One walk serves every job of a batch.
  private func profiles(
    of job: MachineJob, _ subject: MachineID?, _ draft: FleetDraft, _ hasAll: inout Bool
  ) -> ProfileIndex {
    let own = subject.flatMap { draft.roster[$0]?.machine.profile }
    switch job.profiles {
    case .none: return profiles(.none, nil)
    case .own(let also): return profiles(hasAll ? .none : .own(also: also), own)
    case .all:
      defer { hasAll = true }
      return profiles(hasAll ? .none : .all, nil)
    }
  }

  /// - Returns: an ID that may have a file, even if no record is known.
  private func find(
    _ subject: MachineJob.Subject, _ roster: Roster
  ) throws(MachineError) -> MachineID? {
    switch subject {
    case .nobody: return nil
    case .machine(let id): return id
    case .boot(let boot): return roster.identify(boot).entry?.machine.id
    case .name(let name):
      do throws(MachineError) {
        return try roster.resolve(name).machine.id
      } catch {
        if let id = MachineID(name), roster.damage(of: id) != nil { return id }
        guard case .unknownMachine = error else { throw error }
        return MachineUUID(name).map { MachineID($0) } ?? MACAddress(name).map { MachineID($0) }
      }
    }
  }
}

extension FleetKeeper {
  /// Takes in what others did to the files.
  private mutating func rereadEdited(_ draft: inout FleetDraft, _ now: Timestamp) {
    switch store.edited() {
    case .none: return
    case .some(let ids): for id in ids.sorted() { reread(id, &draft, now) }
    case .all:
      for entry in draft.roster.all { reread(entry.machine.id, &draft, now) }
      for damaged in draft.roster.damaged { reread(damaged.id, &draft, now) }
    }
  }

  private mutating func reread(_ id: MachineID, _ draft: inout FleetDraft, _ now: Timestamp) {
    switch store.reread(id) {
    case .same: draft.mend(id)
    case .edited(let machine):
      let rules = Rules(
        roster: draft.roster, profiles: profiles(.none, nil), clusters: draft.clusters,
        careful: careful, now: now)
      draft.adoptEdit(rules.editedByHand(machine))
    case .stale(let kept):
      // What we had is written again.
      draft.mend(id)
      hasChanged = true
      held[id] =
        "its file was edited on an older version of the record, and is kept as \(kept);"
        + " say what is right with machines set, or claim it again"
    case .gone:
      damage(
        id, MachineError.unreadable(file: RecordFile.name(id), reason: Self.goneReason(id)), [],
        &draft)
    case .damaged(let error, let bytes): damage(id, error, bytes, &draft)
    }
  }

  static func goneReason(_ id: MachineID) -> String {
    "it is gone; put it back, or let it begin anew with:"
      + " coreos-ipxe-server machines remove \(id)"
  }

  private mutating func damage(
    _ id: MachineID, _ error: MachineError, _ bytes: [UInt8], _ draft: inout FleetDraft
  ) {
    // Said once, however often the machine asks.
    if draft.roster.damage(of: id) != error { events.append(.heldRecord(error)) }
    draft.damage(id, Roster.Damage(error, id: id, bytes: bytes))
  }
}

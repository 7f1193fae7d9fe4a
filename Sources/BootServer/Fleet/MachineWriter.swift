// BootServer/Fleet: the one place where machines change.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Decides jobs, writes what they change to disk, and only then shows it; used by one thread.
struct MachineWriter {
  private let directory: String
  let log: Log
  var files: StateFiles?
  private var catalogue: ProfileCatalogue
  /// What is decided; the published roster follows when it is on disk.
  var working = Roster()
  var clusters: [String: String] = [:]
  private var lastProblem = ""
  private var opensAt = Instant(nanoseconds: 0)
  private var keepsSightingsAt = Instant.now

  init(directory: String, root: DataRoot, log: Log) {
    self.directory = directory
    self.log = log
    catalogue = ProfileCatalogue(root: root)
  }

  var isOpen: Bool { files != nil }

  /// Takes the directory over and reads what is there.
  mutating func open(_ published: Mutex<MachineRegister.Published>, _ trail: Trail) {
    guard opensAt < Instant.now else { return }
    opensAt = Instant.now.advanced(seconds: 2)
    do throws(StartError) {
      let files = try StateFiles(path: directory)
      let loaded = try files.load()
      self.files = files
      working = loaded.roster
      clusters = loaded.clusters
      if files.folder.isNew {
        log.event(
          .warning, "state-new",
          [
            ("state", directory),
            ("hint", "no machine is known; if there were some, is the right disk mounted here?"),
          ])
      }
      for warning in loaded.warnings { log.event(.error, "state", [("error", warning)]) }
      keepTokens(loaded.newTokens)
      let opened = published.withLock { published in
        published.roster = loaded.roster
        published.statuses = loaded.statuses
        published.sightings = loaded.sightings
        published.clusters = loaded.clusters
        published.folder = files.folder
        published.problem = nil
        published.revision += 1
        return published.whenOpen
      }
      trail.open(files.folder, TrailRecords(loaded.roster, clusters: loaded.clusters)) {
        published.withLock { TrailRecords($0.roster, clusters: $0.clusters) }
      }
      opened?(files.folder)
      log.event(
        .info, "machines",
        [("state", directory), ("count", "\(loaded.roster.count)")])
    } catch {
      let problem = error.description
      published.withLock { $0.problem = problem }
      if problem == lastProblem { return }
      lastProblem = problem
      log.event(
        .error, "no-machines",
        [("error", problem), ("hint", "?profile= is served; machines wait until this is mended")])
    }
  }

  func keepTokens(_ tokens: [MachineID: TokenLine]) {
    guard let files, !tokens.isEmpty else { return }
    let lines = tokens.flatMap { $0.value.text($0.key) }
    do throws(Errno) {
      try files.folder.append("tokens", lines)
    } catch {
      log.event(.error, "state", [("error", "tokens: \(error)")])
    }
  }

  /// Writes down when machines were seen, every few seconds.
  mutating func keepSightings(_ published: Mutex<MachineRegister.Published>, isLast: Bool) {
    guard let files, isLast || keepsSightingsAt < Instant.now else { return }
    keepsSightingsAt = Instant.now.advanced(seconds: 3)
    let sightings = published.withLock { published -> [MachineID: Machine.Sightings]? in
      guard published.sightingsChanged else { return nil }
      published.sightingsChanged = false
      return published.sightings
    }
    guard let sightings else { return }
    // What cannot be written now is written with the next ones.
    _ = try? files.folder.replace("sightings", SightingLines.text(sightings))
  }
}

/// What a batch of jobs has changed so far.
struct MachineBatch {
  /// Every changed machine, as it was before.
  var before: [MachineID: Roster.Entry?] = [:]
  var tokens: [MachineID: TokenLine] = [:]
  var removed: [MachineID] = []
  var notes: [(id: MachineID?, note: TrailNote)] = []
  var clustersBefore: [String: String]?
  var answers: [(job: MachineJob, result: Result<MachineJob.Reply, MachineError>, id: MachineID?)] =
    []
  var failures: [MachineID: MachineError] = [:]
  var statuses: [MachineID: FileStatus] = [:]
}

extension MachineWriter {
  /// Decides all the jobs, then writes each changed record once, then answers.
  mutating func process(
    _ jobs: [MachineJob], _ published: Mutex<MachineRegister.Published>, _ trail: Trail
  ) {
    guard files != nil else {
      let problem = MachineError.notKept(file: "the machine", reason: lastProblem)
      for job in jobs { job.done(.failure(problem)) }
      return
    }
    for broken in catalogue.walk() {
      log.event(.error, "profile", [("error", broken.problem ?? "")])
    }
    let now = Timestamp(seconds: WallClock.now.seconds)
    var batch = MachineBatch()
    for job in jobs { decide(job, now, &batch, published, trail) }
    write(&batch)
    publish(batch, published)
    trail.add(batch.notes.filter { $0.id.map { batch.failures[$0] == nil } ?? true }.map(\.note))
    for (job, result, id) in batch.answers {
      if let id, let failure = batch.failures[id] {
        job.done(.failure(failure))
      } else {
        job.done(result)
      }
    }
  }

  private mutating func decide(
    _ job: MachineJob, _ now: Timestamp, _ batch: inout MachineBatch,
    _ published: Mutex<MachineRegister.Published>, _ trail: Trail
  ) {
    var subject: MachineID?
    do throws(MachineError) {
      subject = try find(job.subject)
      if let id = subject, batch.before[id] == nil { refresh(id, published, trail) }
      if let id = subject, let damage = working.damage(of: id), !job.takesDamaged { throw damage }
      let proposal = try job.decide(
        Rules(
          roster: working, profiles: catalogue.index, clusters: clusters,
          lastSeen: { id in published.withLock { $0.sightings[id]?.lastSeen } }, now: now),
        subject.flatMap { working[$0] == nil ? nil : $0 })
      let (reply, id) = try apply(proposal, job.who, now, &batch)
      if case .boot = job.subject, let id { working.heard(of: id, now) }
      batch.answers.append((job, .success(reply), id ?? subject))
    } catch {
      batch.answers.append((job, .failure(error), subject))
    }
  }

  /// - Returns: an ID that may have a file, even if no record is known.
  private func find(_ subject: MachineJob.Subject) throws(MachineError) -> MachineID? {
    switch subject {
    case .machine(let id): return id
    case .name(let name):
      do throws(MachineError) {
        return try working.resolve(name).machine.id
      } catch {
        guard case .unknownMachine = error else {
          // A damaged record may have been mended since.
          if case .unreadable = error, let id = MachineID(name) { return id }
          throw error
        }
        return MachineUUID(name).map { MachineID($0) } ?? MACAddress(name).map { MachineID($0) }
      }
    case .boot(let identity):
      switch working.identify(identity) {
      case .known(let entry, _), .contradiction(let entry): return entry.machine.id
      case .several(let entries): return entries.first?.machine.id
      case .new(let id, _), .damaged(let id, _), .otherHardware(let id): return id
      case .nameless: return nil
      }
    }
  }

  private mutating func apply(
    _ proposal: MachineJob.Proposal, _ who: String, _ now: Timestamp, _ batch: inout MachineBatch
  ) throws(MachineError) -> (MachineJob.Reply, MachineID?) {
    switch proposal {
    case .nothing: return (MachineJob.Reply(), nil)
    case .remove(let id, let why):
      remember(id, &batch)
      let old = working[id]?.machine
      working.remove(id)
      batch.removed.append(id)
      if let note = TrailNote(from: old, to: nil, who: who, why: why) {
        batch.notes.append((id, note))
      }
      return (MachineJob.Reply(), id)
    case .put(let decision):
      let id = decision.machine.id
      var reply = MachineJob.Reply(choice: decision.choice)
      let old = working[id]
      reply.isNew = old == nil
      if let old, old.machine == decision.machine {
        reply.entry = old
        return (reply, id)
      }
      guard decision.machine.fileText.utf8.count <= StateFiles.writeLimit else {
        throw .tooLarge(id, limit: StateFiles.writeLimit)
      }
      remember(id, &batch)
      for removal in decision.removals {
        _ = try apply(.remove(removal.id, why: removal.why), who, now, &batch)
      }
      reply.entry = put(decision.machine, &batch)
      if let note = TrailNote(
        from: old?.machine, to: decision.machine, who: who, why: decision.why)
      {
        batch.notes.append((id, note))
      }
      return (reply, id)
    case .cluster(let name, let token, let id):
      if let token, clusters[name] == nil {
        if batch.clustersBefore == nil { batch.clustersBefore = clusters }
        clusters[name] = token
        batch.notes.append(
          (nil, TrailNote(cluster: name, Array(ClusterFile.text(clusters).utf8), who: who)))
      }
      guard var machine = working[id]?.machine, let kept = clusters[name] else {
        return (MachineJob.Reply(cluster: name), nil)
      }
      machine.etcdToken = kept
      return try apply(
        .put(Decision(machine, why: "its cluster \(name) has a discovery token")), who, now, &batch)
    }
  }

  private func remember(_ id: MachineID, _ batch: inout MachineBatch) {
    if batch.before[id] == nil { batch.before[id] = .some(working[id]) }
  }

  private mutating func put(_ machine: Machine, _ batch: inout MachineBatch) -> Roster.Entry {
    let old = working[machine.id]
    var token = old?.token ?? ""
    if old == nil || old?.machine.generation != machine.generation {
      let line = TokenLine(generation: machine.generation)
      token = line.token
      if machine.state != .unknown { batch.tokens[machine.id] = line }
    }
    let entry = Roster.Entry(machine, token: token)
    working.put(entry)
    return entry
  }
}

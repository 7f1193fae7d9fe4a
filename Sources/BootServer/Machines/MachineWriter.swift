// BootServer/Machines: the one place where machines change.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP

/// Decides jobs, writes what they change to disk, and only then shows it; used by one thread.
struct MachineWriter {
  private let directory: String
  private let log: Log
  private var files: StateFiles?
  private var catalogue: ProfileCatalogue
  /// What is decided; the published roster follows when it is on disk.
  private var working = Roster()
  private var clusters: [String: String] = [:]
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
      trail.open(files.folder, loaded.roster)
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

  private func keepTokens(_ tokens: [MachineID: TokenLine]) {
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
private struct Batch {
  /// Every changed machine, as it was before.
  var before: [MachineID: Roster.Entry?] = [:]
  var tokens: [MachineID: TokenLine] = [:]
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
    for broken in catalogue.refresh() {
      log.event(.error, "profile", [("error", broken.problem ?? "")])
    }
    let now = Timestamp(seconds: WallClock.now.seconds)
    var batch = Batch()
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
    _ job: MachineJob, _ now: Timestamp, _ batch: inout Batch,
    _ published: Mutex<MachineRegister.Published>, _ trail: Trail
  ) {
    var subject: MachineID?
    do throws(MachineError) {
      subject = try find(job.subject)
      if let id = subject, batch.before[id] == nil { refresh(id, published, trail) }
      if let id = subject, let damage = working.damage(of: id), !job.takesDamaged { throw damage }
      let proposal = try job.decide(
        Rules(roster: working, candidates: catalogue.candidates, clusters: clusters, now: now),
        subject.flatMap { working[$0] == nil ? nil : $0 })
      let (reply, id) = try apply(proposal, job.who, now, &batch)
      batch.answers.append((job, .success(reply), id ?? subject))
    } catch {
      batch.answers.append((job, .failure(error), subject))
    }
  }

  /// - Returns: an ID that may have a file, even if no record is known.
  private func find(_ subject: MachineJob.Subject) throws(MachineError) -> MachineID? {
    switch subject {
    case .nobody: return nil
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
      if case .known(let entry) = working.find(identity) { return entry.machine.id }
      return identity.uuid.map { MachineID($0) } ?? identity.mac.map { MachineID($0) }
    }
  }

  /// Reads a record again that somebody else has edited, or put there.
  private mutating func refresh(
    _ id: MachineID, _ published: Mutex<MachineRegister.Published>, _ trail: Trail
  ) {
    guard let files else { return }
    let known = published.withLock { ($0.statuses[id], $0.roster[id]) }
    let status = try? files.folder.status(StateFiles.recordName(id))
    if status == known.0, working.damage(of: id) == nil { return }
    switch files.record(id) {
    case .record(let machine, let status):
      if machine == known.1?.machine {
        published.withLock { $0.statuses[id] = status }
        return
      }
      let line = TokenLine.read((try? files.folder.read("tokens", limit: 1 << 30).bytes) ?? [])
      let kept = line[id]?.first { $0.generation == machine.generation }
      let token = kept ?? TokenLine(generation: machine.generation)
      if kept == nil { keepTokens([id: token]) }
      let entry = Roster.Entry(machine, token: token.token)
      working.put(entry)
      published.withLock { published in
        published.roster.put(entry)
        published.statuses[id] = status
        published.revision += 1
      }
      log.event(.warning, "record-edited", [("machine", id.description)])
      if let note = TrailNote(
        from: known.1?.machine, to: machine, who: "by hand", why: "its file was edited")
      {
        trail.add([note])
      }
    case .damaged(let damage):
      // A record that vanished is not a machine that was removed.
      var damage = damage
      if status == nil {
        guard let gone = known.1?.machine else { return }
        let name = StateFiles.recordName(id)
        damage = Roster.Damage(
          .unreadable(
            file: name,
            reason: "it is gone; put it back, or make it anew with: machines remove \(id)"),
          id: id, bytes: Array(gone.fileText.utf8))
      }
      log.event(.error, "state", [("error", damage.error.description)])
      working.putDamaged(id, damage)
      published.withLock { published in
        published.roster.putDamaged(id, damage)
        published.statuses[id] = nil
        published.revision += 1
      }
    }
  }

  private mutating func apply(
    _ proposal: MachineJob.Proposal, _ who: String, _ now: Timestamp, _ batch: inout Batch
  ) throws(MachineError) -> (MachineJob.Reply, MachineID?) {
    switch proposal {
    case .nothing: return (MachineJob.Reply(), nil)
    case .remove(let id, let why):
      remember(id, &batch)
      let old = working[id]?.machine
      working.remove(id)
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
      remember(id, &batch)
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
        batch.notes.append((nil, TrailNote(cluster: name, clusters, who: who)))
      }
      guard var machine = working[id]?.machine, let kept = clusters[name] else {
        return (MachineJob.Reply(cluster: name), nil)
      }
      machine.etcdToken = kept
      return try apply(
        .put(Decision(machine, why: "its cluster \(name) has a discovery token")), who, now, &batch)
    }
  }

  private func remember(_ id: MachineID, _ batch: inout Batch) {
    if batch.before[id] == nil { batch.before[id] = .some(working[id]) }
  }

  private mutating func put(_ machine: Machine, _ batch: inout Batch) -> Roster.Entry {
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

  /// Everything of a batch goes to disk; what does not is as it was before.
  private mutating func write(_ batch: inout Batch) {
    guard let files else { return }
    let folder = files.folder
    do throws(Errno) {
      if !batch.tokens.isEmpty {
        try folder.append("tokens", batch.tokens.flatMap { $0.value.text($0.key) })
      }
    } catch {
      for id in batch.tokens.keys {
        batch.failures[id] = .notKept(file: "tokens", reason: error.description)
      }
    }
    for id in batch.before.keys where batch.failures[id] == nil {
      let name = StateFiles.recordName(id)
      do throws(Errno) {
        if let entry = working[id] {
          batch.statuses[id] = try folder.replace(name, Array(entry.machine.fileText.utf8))
        } else {
          do throws(Errno) { try folder.remove(name) } catch {
            if error != .noEntry { throw error }
          }
        }
      } catch {
        batch.failures[id] = .notKept(file: name, reason: error.description)
      }
    }
    if batch.before.count > batch.failures.count {
      do throws(Errno) {
        try folder.sync(folder: "machines")
      } catch {
        for id in batch.before.keys {
          batch.failures[id] = .notKept(file: "machines", reason: error.description)
        }
      }
    }
    writeClusters(&batch, folder)
    for (id, failure) in batch.failures {
      log.event(.error, "state", [("machine", id.description), ("error", failure.description)])
      if case .some(.some(let entry)) = batch.before[id] {
        working.put(entry)
      } else {
        working.remove(id)
      }
    }
  }

  private mutating func writeClusters(_ batch: inout Batch, _ folder: StateFolder) {
    guard let before = batch.clustersBefore else { return }
    do throws(Errno) {
      _ = try folder.replace("clusters.json", Array(ClusterFile.text(clusters).utf8))
      try folder.sync(folder: ".")
    } catch {
      // The token is there all the same; it is only made anew after a restart.
      log.event(.error, "state", [("error", "clusters.json: \(error)")])
      clusters = before
    }
  }

  private func publish(_ batch: Batch, _ published: Mutex<MachineRegister.Published>) {
    let changed = batch.before.keys.filter { batch.failures[$0] == nil }
    if changed.isEmpty, batch.clustersBefore == nil { return }
    published.withLock { published in
      for id in changed {
        if let entry = working[id] {
          published.roster.put(entry)
          published.statuses[id] = batch.statuses[id]
        } else {
          published.roster.remove(id)
          published.statuses[id] = nil
          published.sightings[id] = nil
        }
      }
      published.clusters = clusters
      published.revision += 1
    }
  }
}

/// The file of etcd's tokens.
enum ClusterFile {
  static func text(_ clusters: [String: String]) -> String {
    let members = clusters.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
    return JSONWriter.text(.object(members), indent: 2) + "\n"
  }
}

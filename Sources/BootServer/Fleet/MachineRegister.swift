// BootServer/Fleet: all machines, for every loop to read.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// The machines in memory, and the threads that change them and keep them on disk.
///
/// A change is durable before any loop can see it, and before anyone is told of it.
package final class MachineRegister: Sendable {
  private struct Presentation {
    var snapshot = Snapshot(problem: "the state directory has not been read yet")
    /// Told each time the directory becomes ours.
    var whenOpen: (@Sendable (StateFolder) -> Void)?
    var folder: StateFolder?
  }

  private let shown = Mutex(Presentation())
  private let keeper: Mutex<FleetKeeper>
  private let queue = Mutex(JobQueue())
  private let wake: EventCounter
  private let upkeep: FileKeeper
  private let stopping = Mutex(false)
  private let stopped: EventCounter
  private let lastProblem = Mutex("")
  private let opensAt = Mutex(Instant(nanoseconds: 0))
  private let recoversAt = Mutex(Instant(nanoseconds: 0))
  private let path: String
  private let deciding = Mutex(0)
  private let moved = Mutex<[StateMove: Int]>([:])

  let store: any RecordStore
  let sightings = SightingBook()
  let holds = HoldBook()
  let boots: BootBook
  private let observations = Mutex(ObservationLimit())
  let startedAt = Timestamp(seconds: WallClock.now.seconds)
  let trail: Trail
  let log: Log
  /// For commands that people are told to type.
  let command: OwnCommand

  /// Reads the records; where that cannot be done now, it is tried again every few seconds.
  package init(_ configuration: Configuration, root: DataRoot, log: Log) throws(Errno) {
    self.log = log
    path = configuration.stateDirectory
    let command = OwnCommand(configuration)
    self.command = command
    let other = OtherState(
      data: configuration.dataDirectory, state: path, places: StatePlaces.documented)
    let store = StateDirectory(
      path: path, data: configuration.dataDirectory,
      unit: Process.environment("STATE_DIRECTORY")?.split(separator: ":").map(String.init) ?? [],
      options: StateDirectory.Options(
        policy: StartPolicy(
          expectsState: configuration.expectsState, isFresh: configuration.freshState),
        other: other.find,
        waitsForFirstBatch: true,
        whenReady: other.note,
        report: { log.tell($0.event(command)) }))
    self.store = store
    boots = try BootBook(stallSeconds: configuration.stallSeconds, log: log)
    let catalogue = Mutex(ProfileCatalogue(root: root))
    let sightings = sightings
    keeper = Mutex(
      FleetKeeper(
        store: store,
        profiles: { (needs, own) in
          let (index, broken) = catalogue.withLock { catalogue in
            let broken = catalogue.update(needs, own: own)
            return (catalogue.index, broken)
          }
          for candidate in broken {
            log.tell(Event(.profile, .error, ["error": .text(candidate.problem ?? "")]))
          }
          return index
        },
        lastSeen: { sightings[$0].lastSeen }))
    wake = try EventCounter(semaphore: false)
    stopped = try EventCounter(semaphore: true)
    upkeep = try FileKeeper(store: store, sightings: sightings)
    trail = try Trail(log: log)
    turn(waiting: 0)
    try Thread.spawn("machines") { [self] in
      while !stopping.withLock({ $0 }) { turn(waiting: 1000) }
      turn(waiting: 0)
      stopped.add()
    }
  }

  /// All machines as they are now.
  var snapshot: Snapshot { shown.withLock { $0.snapshot } }

  /// How often machines went from one state to another.
  var moves: [StateMove: Int] { moved.withLock { $0 } }

  /// Changes that wait for their turn.
  var waitingJobs: Int { queue.withLock { $0.count } }

  /// Calls `body` when the state directory is ours, now or later, and each time it is opened anew.
  func whenOpen(_ body: @escaping @Sendable (StateFolder) -> Void) {
    let folder = shown.withLock { shown -> StateFolder? in
      shown.whenOpen = body
      return shown.folder
    }
    if let folder { body(folder) }
  }

  /// Has a job decided and made durable, and says what came of it.
  func submit(_ job: MachineJob, _ done: @escaping @Sendable (MachineJob.Outcome) -> Void) {
    let isTaken = queue.withLock { $0.add(WaitingJob(job: job, done: done)) }
    guard isTaken else {
      let reason = "too many changes wait for their turn; ask again"
      return done(.failure(.notKept(file: "the change", reason: reason)))
    }
    wake.add()
  }

  /// Finishes what was begun, and writes everything down.
  package func stop() {
    stopping.withLock { $0 = true }
    wake.add()
    _ = stopped.wait(milliseconds: 5000)
    boots.stop()
    upkeep.stop()
    trail.stop()
    store.close()
    // It holds the server, which holds this.
    shown.withLock { $0.whenOpen = nil }
  }
}

extension MachineRegister {
  private func turn(waiting milliseconds: Int) {
    if queue.withLock({ $0.count }) == 0 { _ = wake.wait(milliseconds: milliseconds) }
    let (waiting, outcomes) = keeper.withLock { keeper -> ([WaitingJob], [MachineJob.Outcome]) in
      openIfNeeded(&keeper)
      if Self.isDue(recoversAt, again: 1) { keeper.recover() }
      let waiting = queue.withLock { $0.dequeueBatch() }
      guard keeper.isOpen else {
        let reason = "the server cannot use its state directory; its log says why"
        let failure = MachineError.notKept(file: "the change", reason: reason)
        return (waiting, Array(repeating: .failure(failure), count: waiting.count))
      }
      let now = Timestamp(seconds: WallClock.now.seconds)
      let outcomes = decide(waiting.map(\.job), now, &keeper)
      show(&keeper)
      return (waiting, outcomes)
    }
    for (waiting, outcome) in zip(waiting, outcomes) {
      if case .success(let reply) = outcome { noteBeside(reply, waiting.job) }
      waiting.done(outcome)
    }
    let hasWork = !waiting.isEmpty || sightings.hasChanged || store.condition.behind > 0
    if hasWork { upkeep.wake() }
  }

  /// Microseconds that deciding took so far.
  var decideMicroseconds: Int { deciding.withLock { $0 } }

  /// Has jobs done, and counts how long deciding took; writing and flushing the journal is not it.
  private func decide(
    _ jobs: [MachineJob], _ now: Timestamp, _ keeper: inout FleetKeeper
  ) -> [MachineJob.Outcome] {
    let (began, flushed) = (Instant.now, store.condition.counters.flushMicroseconds)
    defer {
      let flush = store.condition.counters.flushMicroseconds - flushed
      let time = Instant.now.microseconds(since: began) - flush
      deciding.withLock { $0 += max(0, time) }
    }
    return keeper.process(jobs, now: now)
  }

  /// What is kept beside a record follows it.
  private func noteBeside(_ reply: MachineJob.Reply, _ job: MachineJob) {
    if let state = job.reports, let id = reply.entry?.machine.id {
      boots.change { shelf, now in shelf.report(id, state, now) }
    }
    for entry in [reply.entry].compactMap({ $0 }) + reply.entries
    where entry.machine.state != .installing { sightings.endTries(entry.machine.id) }
  }

  /// Lets the loops see what is durable, and the log and the trail have their lines.
  private func show(_ keeper: inout FleetKeeper) {
    let (notes, news, events) = (keeper.drainNotes(), keeper.drainNews(), keeper.drainEvents())
    if !notes.isEmpty || keeper.hasChanged {
      keeper.hasChanged = false
      let now = keeper.snapshot(number: snapshot.number + 1)
      shown.withLock { $0.snapshot = now }
      trail.add(notes)
    }
    // Whoever hears of it finds it so.
    for event in events {
      if let move = StateMove(event) { moved.withLock { $0[move, default: 0] += 1 } }
      log.tell(event.event(command))
    }
    forget(news)
  }

  private static func isDue(_ time: Mutex<Instant>, again seconds: Int) -> Bool {
    time.withLock { time -> Bool in
      guard time <= Instant.now else { return false }
      time = Instant.now.advanced(seconds: seconds)
      return true
    }
  }

  /// What a machine's last boot came to tells nothing any more once a person has decided on it.
  private func forget(_ news: FleetNews) {
    for id in news.decided.union(news.gone) { holds.release(id) }
    for id in news.gone {
      sightings.forget(id)
      boots.change { shelf, _ in shelf.forget(id) }
    }
  }

  private func openIfNeeded(_ keeper: inout FleetKeeper) {
    let isLost = keeper.isOpen && store.condition.isLost
    guard !keeper.isOpen || isLost, Self.isDue(opensAt, again: 2) else { return }
    do throws(StoreError) {
      let state = try keeper.open()
      try opened(state, &keeper)
    } catch {
      refused(error.description, &keeper)
    }
  }

  private func opened(
    _ state: StoredState, _ keeper: inout FleetKeeper
  ) throws(StoreError) {
    let folder: StateFolder
    do throws(Errno) {
      folder = try StateFolder(path: path, makes: false)
    } catch {
      throw .failed(file: path, error)
    }
    sightings.replace(state.sightings)
    for warning in state.warnings { log.tell(Event(.state, .error, ["error": .text(warning)])) }
    // Each damaged record is among the warnings.
    _ = keeper.drainEvents()
    let snapshot = keeper.snapshot(number: self.snapshot.number + 1)
    let whenOpen = shown.withLock { shown in
      shown.snapshot = snapshot
      shown.folder = folder
      return shown.whenOpen
    }
    lastProblem.withLock { $0 = "" }
    trail.open(
      folder, TrailRecords(snapshot), replayed: state.words,
      current: { [shown] in TrailRecords(shown.withLock { $0.snapshot }) })
    boots.open(folder)
    whenOpen?(folder)
    log.tell(
      Event(.machines, ["state": .text(path), "count": "\(snapshot.roster.count)"]))
  }

  /// Known machines boot from memory; there is nobody to be known before the first time.
  private func refused(_ problem: String, _ keeper: inout FleetKeeper) {
    shown.withLock { shown in
      if shown.folder == nil { shown.snapshot = Snapshot(problem: problem) }
    }
    let isNew = lastProblem.withLock { last -> Bool in
      defer { last = problem }
      return last != problem
    }
    guard isNew else { return }
    log.tell(
      Event(
        .noMachines, .error,
        [
          "error": .text(problem),
          "hint": "?profile= is served; machines wait until this is mended",
        ]))
  }
}

extension MachineRegister {
  /// A known machine tells something new of itself: nobody waits for that, and not every word is heard.
  func observe(_ found: Identification, _ boot: BootIdentity, who: String) {
    guard let id = found.noting?.machine.id,
      observations.withLock({ $0.allows(id, at: .now) })
    else { return }
    submit(.observe(boot, who: who)) { _ in }
  }

  /// Notes that a machine was sent to boot, or runs.
  func booted(_ id: MachineID, _ now: Timestamp) { sightings.boot(id, now) }

  /// Ends careful: a person says that this state is the right one.
  func trust() throws(StoreError) {
    try keeper.withLock { (keeper) throws(StoreError) in
      try keeper.trust()
      show(&keeper)
    }
  }
}

// BootServer/Fleet: all machines, for every loop to read.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// The machines in memory, and the one thread that changes them.
///
/// A change is on disk before any loop can see it, and before anyone is told of it.
package final class MachineRegister: Sendable {
  struct Published {
    var roster = Roster()
    var statuses: [MachineID: FileStatus] = [:]
    var sightings: [MachineID: Machine.Sightings] = [:]
    var sightingsChanged = false
    var clusters: [String: String] = [:]
    /// Counts the changes.
    var revision = 0
    /// Why there are no machines now.
    var problem: String? = "the state directory has not been read yet"
    var folder: StateFolder?
    /// Waits for the directory to be ours.
    var whenOpen: (@Sendable (StateFolder) -> Void)?
  }

  let published: Mutex<Published>
  private let queue: Mutex<[MachineJob]>
  private let wake: EventCounter
  private let writer: Mutex<MachineWriter>
  private let stopping = Mutex(false)
  private let stopped: EventCounter
  let trail: Trail
  let log: Log

  /// Reads the records; where that cannot be done now, it is tried again every few seconds.
  ///
  package init(directory: String, root: DataRoot, log: Log) throws(Errno) {
    published = Mutex(Published())
    queue = Mutex([])
    wake = try EventCounter(semaphore: true)
    stopped = try EventCounter(semaphore: true)
    self.log = log
    trail = try Trail(log: log)
    writer = Mutex(MachineWriter(directory: directory, root: root, log: log))
    writer.withLock { $0.open(published, trail) }
    try Thread.spawn("machines") { [self] in
      while !stopping.withLock({ $0 }) { turn(waiting: 1000) }
      turn(waiting: 0)
      stopped.add()
    }
  }

  /// Calls `body` once, when the state directory is ours: now, or when it is.
  func whenOpen(_ body: @escaping @Sendable (StateFolder) -> Void) {
    let folder = published.withLock { published -> StateFolder? in
      if published.folder == nil { published.whenOpen = body }
      return published.folder
    }
    if let folder { body(folder) }
  }

  private func turn(waiting milliseconds: Int) {
    _ = wake.take(milliseconds: milliseconds)
    let jobs = queue.withLock { queue in
      defer { queue = [] }
      return queue
    }
    writer.withLock { writer in
      if !writer.isOpen { writer.open(published, trail) }
      if !jobs.isEmpty { writer.process(jobs, published, trail) }
      writer.keepSightings(published, isLast: milliseconds == 0)
    }
  }

  /// Has a job decided and written down.
  func submit(_ job: MachineJob) {
    let isFirst = queue.withLock { queue -> Bool in
      queue.append(job)
      return queue.count == 1
    }
    if isFirst { wake.add() }
  }

  /// Finishes what was begun, and writes down when machines were seen.
  package func stop() {
    stopping.withLock { $0 = true }
    wake.add()
    _ = stopped.take(milliseconds: 5000)
    trail.stop()
  }
}

extension MachineRegister {
  /// What a boot leads to.
  enum Finding {
    /// `isFresh`: nobody has edited the record's file since it was read.
    case found(Identification, isFresh: Bool)
    /// There are no machines now, for this reason.
    case unavailable(String)
  }

  /// Finds the machine that boots; called by the loops for every boot.
  ///
  /// - Parameter now: notes that it was seen; `nil` leaves no trace.
  func find(_ identity: BootIdentity, now: Timestamp?) -> Finding {
    let found = published.withLock { published -> (Finding, FileStatus?, StateFolder?) in
      if let problem = published.problem { return (.unavailable(problem), nil, nil) }
      let found = published.roster.identify(identity)
      guard let id = found.entry?.machine.id else {
        return (.found(found, isFresh: true), nil, nil)
      }
      if let now { published.see(id, now) }
      return (.found(found, isFresh: true), published.statuses[id], published.folder)
    }
    guard case (.found(let identification, _), let status, let folder?) = found,
      let id = identification.entry?.machine.id
    else { return found.0 }
    let isFresh = (try? folder.status(StateFiles.recordName(id))) == status
    return .found(identification, isFresh: isFresh)
  }

  /// The machine with this ID, as it was written down last.
  func entry(_ id: MachineID) -> Roster.Entry? { published.withLock { $0.roster[id] } }

  /// Notes that a machine was sent to boot, or runs.
  func booted(_ id: MachineID, _ now: Timestamp) {
    published.withLock { published in
      published.sightings[id, default: Machine.Sightings()].lastBoot = now
      published.see(id, now)
    }
  }

  /// Notes that a machine was heard of.
  func seen(_ id: MachineID, _ now: Timestamp) { published.withLock { $0.see(id, now) } }

  /// Why there are no machines now, for the log; `nil` when there are.
  var problem: String? { published.withLock { $0.problem } }

  /// The same for clients, who need not know where things are.
  var clientProblem: String? { problem.map { _ in Self.problemForClients } }
  static let problemForClients =
    "the server cannot use its state directory; its log says why, and it tries again by itself"

  /// Why a record cannot be used.
  func damage(of id: MachineID) -> MachineError? {
    published.withLock { $0.roster.damage(of: id) }
  }
}

extension MachineRegister.Published {
  mutating func see(_ id: MachineID, _ now: Timestamp) {
    if sightings[id]?.lastSeen == now { return }
    sightings[id, default: Machine.Sightings()].lastSeen = now
    sightingsChanged = true
  }
}

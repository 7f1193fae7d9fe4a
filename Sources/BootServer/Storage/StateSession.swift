// BootServer/Storage: a state directory that is open.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// One opened state directory, until it is closed or lost.
///
/// Locks are taken in this order: `upkeep`, `journal`, `marker`, `memory`. Only `memory` is taken by
/// the event loops; nothing that may wait for a disk is done under it on a local file system.
final class StateSession: Sendable {
  let files: any StateFileSystem
  let format: StateFormat
  let report: @Sendable (StoreEvent) -> Void
  let whenReady: @Sendable () -> Void
  let journal: Mutex<JournalWriter>
  let memory: Mutex<StateMemory>
  /// What the thread that writes the files keeps to itself.
  let upkeep: Mutex<FileUpkeep>
  /// What was found, until the directory has been made ready.
  let found: Mutex<StateContents?>
  let marker: Mutex<MarkerKeeper>

  init(
    _ files: any StateFileSystem, _ contents: StateContents, _ doubt: StartDoubt,
    _ options: StateDirectory.Options
  ) {
    self.files = files
    report = options.report
    whenReady = options.whenReady
    format = contents.format ?? StateFormat(id: contents.lostFormat ?? Random.hex(bytes: 16))
    let highest = max(contents.lastBatch, contents.replay.highest, doubt.markerBatch ?? 0)
    journal = Mutex(
      JournalWriter(
        files, id: format.id, options.limits, happened: contents.lastBatch,
        journaled: contents.replay.happened, next: highest + 1,
        found: contents.journals.map {
          JournalWriter.Sealed(number: $0.number, length: $0.bytes.count)
        }))
    marker = Mutex(MarkerKeeper())
    upkeep = Mutex(FileUpkeep(contents))
    var memory = StateMemory()
    memory.careful = contents.careful
    memory.careful.join(CarefulNote(reasons: doubt.reasons))
    memory.clusters = contents.clusters
    memory.clustersChanged = contents.replay.batches.contains { $0.clusters != nil }
    memory.sightings = contents.sightings
    memory.statuses = contents.statuses
    memory.misnamed = contents.misnamed
    memory.asides = contents.asides.compactMapValues { $0.first }
    for id in contents.damaged.keys {
      memory.lost[id] = contents.known[id] ?? KnownRecord(lost: id)
    }
    for id in contents.behind {
      memory.behind[id] = StateMemory.Behind(first: contents.replay.last[id]?.batch ?? 0)
      memory.behind[id]?.versions = Array(contents.replay.versions[id] ?? [])
    }
    memory.unready = "the state directory has not been made ready yet"
    self.memory = Mutex(memory)
    found = Mutex(contents)
    journal.withLock { publish($0) }
  }

  /// Makes a batch durable as a whole or not at all.
  func commit(_ batch: Batch) throws(CommitError) -> Int {
    leaveBlank()
    return try journal.withLock { (writer: inout JournalWriter) throws(CommitError) -> Int in
      do throws(CommitError) {
        try refuse(batch, writer)
      } catch {
        readAgain(batch)
        throw error
      }
      let number = writer.next
      let (changes, entry) = prepared(batch, number)
      let start = Instant.now
      defer { publish(writer) }
      do throws(CommitError) {
        try writer.append(entry)
      } catch {
        failed(batch, error)
        throw error
      }
      let time = Instant.now.microseconds(since: start)
      let (isMarked, wasFailing) = memory.withLock { memory in
        defer { memory.isCommitFailing = false }
        let isMarked = changes.contains { Self.isDone($0, memory.records[$0.id]?.machine) }
        memory.apply(entry, changes)
        memory.counters.flushMicroseconds += time
        return (isMarked && memory.careful.reasons.isEmpty, memory.isCommitFailing)
      }
      if wasFailing { report(.journalMended) }
      if isMarked { mark(number, flushed: false) }
      return number
    }
  }

  /// Whether a machine becomes one whose disk is not to be written to again.
  private static func isDone(_ change: RecordChange, _ old: Machine?) -> Bool {
    guard let state = change.machine?.state, state == .installed || state == .running else {
      return false
    }
    return old?.state != state
  }

  private func refuse(_ batch: Batch, _ writer: JournalWriter) throws(CommitError) {
    if let undecided = writer.undecided {
      throw .notDone(
        "changes wait until it is decided whether batch \(undecided.batch) happened:"
          + " \(undecided.reason)")
    }
    let problem = memory.withLock { memory -> String? in
      if memory.isClosed { return "the state directory is closed" }
      if memory.isLost { return Self.lostReason }
      if let unready = memory.unready { return unready }
      if let id = memory.conflict(in: batch) { return "machine \(id) has changed meanwhile" }
      guard writer.bytes > writer.limits.all else { return nil }
      return "\(writer.bytes >> 20) MB of changes wait to be written to files: "
        + (memory.failure ?? "the disk is slow")
    }
    if let problem { throw refused(.notDone(problem)) }
    guard files.isInPlace else {
      memory.withLock { $0.isLost = true }
      report(.lost(path: files.path))
      throw refused(.notDone(Self.lostReason))
    }
  }

  private static let lostReason =
    "the state directory is not the one any more that was opened; it is opened anew"

  private func refused(_ error: CommitError) -> CommitError {
    memory.withLock { $0.counters.refused += 1 }
    return error
  }

  private func prepared(_ batch: Batch, _ number: Int) -> ([RecordChange], JournalBatch) {
    var changes = batch.changes
    var entry = JournalBatch(number: number)
    for index in changes.indices { changes[index].machine?.revision = number }
    let replaced = memory.withLock { memory in changes.map { memory.replaced($0.id) } }
    for (change, versions) in zip(changes, replaced) {
      let text = change.machine.map { Array($0.fileText.utf8) }
      entry.changes.append(
        JournalBatch.Change(id: change.id, replaces: versions, text: text))
      if let token = change.token, let machine = change.machine {
        entry.tokens.append(
          JournalBatch.TokenLine(
            id: change.id, generation: machine.generation, token: token))
      }
    }
    entry.clusters = batch.clusters
    entry.notes = batch.words.map(\.json)
    return (changes, entry)
  }

  /// An operator's word that could not be kept is read again.
  private func readAgain(_ batch: Batch) {
    memory.withLock { memory in
      for change in batch.changes where memory.waiting.contains(change.id) {
        memory.edits.mark(change.id)
      }
    }
  }

  private func failed(_ batch: Batch, _ error: CommitError) {
    readAgain(batch)
    let wasFailing = memory.withLock { memory -> Bool in
      defer { memory.isCommitFailing = true }
      switch error {
      case .notDone: memory.counters.refused += 1
      case .notKnown: memory.counters.notKnown += 1
      }
      return memory.isCommitFailing
    }
    switch error {
    case .notDone(let reason):
      // Said once, however many changes come while the disk is full.
      if !wasFailing { report(.journalFailed(reason: reason, isKnown: true)) }
    case .notKnown(let reason): report(.journalFailed(reason: reason, isKnown: false))
    }
  }

  /// Tries to decide what is not known, and to make the directory ready.
  func recover() -> Bool {
    let isReady = memory.withLock { !$0.isLost && !$0.isClosed } && makeReady()
    let (decided, isDecided) = journal.withLock { writer in
      defer { publish(writer) }
      return (writer.abandon(), writer.undecided == nil)
    }
    if let decided { report(.decided(batch: decided)) }
    return isReady && isDecided
  }
}

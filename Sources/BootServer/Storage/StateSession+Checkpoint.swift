// BootServer/Storage: the files become durable, and the journal goes.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

extension StateSession {
  /// Makes the files durable and lets the journals go that they do not need any more.
  ///
  /// What fails is tried again by the next checkpoint; the journals stay until then.
  func checkpoint() {
    upkeep.withLock { upkeep in
      guard isUsable else { return }
      upkeep.checkpointed = .now
      do throws(StoreError) {
        if try retireJournals(&upkeep) {
          memory.withLock { $0.counters.checkpoints += 1 }
        }
        tell(nil, &upkeep)
      } catch {
        tell(error, &upkeep)
      }
    }
  }

  /// - Returns: `false` where a hand edit has to be decided first.
  private func retireJournals(_ upkeep: inout FileUpkeep) throws(StoreError) -> Bool {
    let (settled, last) = journal.withLock { writer in
      writer.seal()
      publish(writer)
      // A journal may begin with a number that no batch has got.
      return (writer.next - 1, writer.sealed.map(\.number).max() ?? 0)
    }
    let began = Instant.now
    if let failure = writeRecords() { throw failure }
    let (ids, isBlocked) = memory.withLock { memory in
      defer { memory.unflushed = [] }
      return (memory.unflushed, memory.behind.values.contains { $0.first <= settled })
    }
    do throws(StoreError) {
      try flushRecords(ids)
      if !ids.isEmpty {
        try step(RecordFile.folder) { () throws(Errno) in try files.flush(RecordFile.folder) }
      }
    } catch {
      memory.withLock { $0.unflushed.formUnion(ids) }
      throw error
    }
    try writeTokens(&upkeep)
    try writeClusters()
    compareKnown(&upkeep)
    try writeKnown(&upkeep)
    try writeSightings(&upkeep)
    if isBlocked { return false }
    if last == 0, upkeep.settled == settled { return true }
    try step(".") { () throws(Errno) in try files.flush(".") }
    try noteSettled(settled, &upkeep)
    if memory.withLock({ $0.careful.reasons.isEmpty }) { mark(settled, flushed: true) }
    try forgetJournals(through: last)
    memory.withLock { memory in
      memory.oldestUnflushed = memory.journal.bytes == 0 ? nil : began
    }
    return true
  }

  private func writeClusters() throws(StoreError) {
    let changed = memory.withLock { memory in
      defer { memory.clustersChanged = false }
      return memory.clustersChanged ? memory.clusters : nil
    }
    guard let changed else { return }
    do throws(StoreError) {
      try replace(ClusterTokens.fileName, ClusterTokens.fileText(changed), flushed: true)
    } catch {
      memory.withLock { $0.clustersChanged = true }
      throw error
    }
  }

  /// Journals that `known` calls settled are never read again, also where they stay.
  private func forgetJournals(through last: Int) throws(StoreError) {
    let numbers = journal.withLock { writer in
      writer.sealed.map(\.number).filter { $0 <= last }
    }
    for number in numbers {
      let name = StateContents.journalName(number)
      try step(name) { () throws(Errno) in
        do throws(Errno) {
          try files.remove(name)
        } catch {
          if error != .noEntry { throw error }
        }
      }
    }
    journal.withLock { writer in
      writer.forget(through: last)
      publish(writer)
    }
    if !numbers.isEmpty {
      try step(".") { () throws(Errno) in try files.flush(".") }
    }
  }

  /// Flushes all, leaves no journal, lets the lock go.
  func close() {
    checkpoint()
    upkeep.withLock { upkeep in
      guard isUsable else { return }
      try? writeSightings(&upkeep)
      try? files.flush(SightingLog.fileName)
    }
    memory.withLock { $0.isClosed = true }
  }

  /// Shows what nobody should wait for the journal's lock to know.
  func publish(_ writer: JournalWriter) {
    let summary = JournalSummary(
      batch: writer.happened, next: writer.next, bytes: writer.bytes,
      isSealed: !writer.sealed.isEmpty,
      undecided: writer.undecided)
    memory.withLock { $0.journal = summary }
  }

  var condition: StoreCondition {
    memory.withLock { memory in
      var condition = StoreCondition()
      condition.format = StateFormat.present
      condition.id = format.id
      condition.batch = memory.journal.batch
      condition.nextBatch = memory.journal.next
      condition.careful = memory.careful.reason
      condition.behind = memory.behind.count
      condition.journalBytes = memory.journal.bytes
      let undecided = memory.journal.undecided.map {
        "it is not known whether batch \($0.batch) happened: \($0.reason)"
      }
      condition.problem = memory.unready ?? undecided ?? memory.failure
      condition.isLost = memory.isLost
      condition.counters = memory.counters
      if let oldest = memory.oldestUnflushed {
        let seconds = Instant.now.microseconds(since: oldest) / 1_000_000
        condition.counters.oldestUnflushedSeconds = seconds
        condition.isCheckpointDue = seconds >= 10 || memory.journal.isSealed
      }
      return condition
    }
  }
}

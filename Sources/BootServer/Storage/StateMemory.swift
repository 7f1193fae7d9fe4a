// BootServer/Storage: what an open state directory keeps in memory.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// The records as they are in the journal and the files, and what is still to be written.
struct StateMemory {
  /// A record whose file does not say yet what is true.
  struct Behind {
    /// The first batch that no file has.
    var first: Int
    /// Versions that its file may rightly have until then.
    var versions: [Digest] = []
  }

  var records: [MachineID: StoredRecord] = [:]
  /// Machines whose records cannot be used, as far as they are known.
  var lost: [MachineID: KnownRecord] = [:]
  var clusters: [String: String]?
  var sightings: [MachineID: Machine.Sightings] = [:]

  /// Of the files as they were left, or seen last; none for a file that is not there.
  var statuses: [MachineID: FileStatus] = [:]
  var behind: [MachineID: Behind] = [:]
  /// Written, and not flushed.
  var unflushed: Set<MachineID> = []
  /// Edited by hand, and not decided: not written over.
  var waiting: Set<MachineID> = []
  /// Decided by the last batch, which nobody may have been shown yet.
  var taken: Set<MachineID> = []
  /// What a hand edit that waits may be in the file.
  var editVersions: [MachineID: [Digest]] = [:]
  /// Its file changes now, by us.
  var writing: MachineID?
  /// Files in `machines/` that mean a machine, and are not called as its record.
  var misnamed: [MachineID: String] = [:]
  /// Edits that were not taken: the files' names in `machines/`.
  var asides: [MachineID: String] = [:]

  var tokenLines: [UInt8] = []
  var clustersChanged = false
  var knownChanged: Set<MachineID> = []
  var sightingsChanged: Set<MachineID> = []

  var journal = JournalSummary()
  var edits = EditNotes()
  var careful = CarefulNote()
  /// Why the directory cannot be written as a whole; ``RecordStore/recover()`` tries again.
  var unready: String?
  /// Nothing was written yet, for there is nothing to be written.
  var isBlank = false
  var isLost = false
  var isClosed = false
  /// Why the files are behind.
  var failure: String?
  /// The last batch failed, and that was told.
  var isCommitFailing = false
  var counters = StoreCounters()
  var oldestUnflushed: Instant?

  /// Takes over a batch that has happened.
  mutating func apply(_ batch: JournalBatch, _ changes: [RecordChange]) {
    for (change, entry) in zip(changes, batch.changes) {
      let id = change.id
      if behind[id] == nil {
        behind[id] = Behind(first: batch.number, versions: entry.replaces)
      } else if let edited = editVersions[id] {
        behind[id]?.versions = edited
      }
      editVersions[id] = nil
      if waiting.remove(id) != nil { taken.insert(id) }
      let profiles = [change.machine?.profile, records[id]?.machine.profile]
      if lost.removeValue(forKey: id) != nil || profiles.contains(where: { $0 != nil }) {
        knownChanged.insert(id)
      }
      if let machine = change.machine {
        let token = change.token ?? records[id]?.token ?? ""
        records[id] = StoredRecord(
          machine, token: token, digest: entry.text.map { Digest($0) })
      } else {
        records[id] = nil
        sightings[id] = nil
        sightingsChanged.remove(id)
        tokenLines += TokenLog.removal(of: id)
      }
    }
    for line in batch.tokens {
      tokenLines += TokenLog.line(line.id, line.generation, line.token)
    }
    if let changed = batch.clusters {
      clusters = changed
      clustersChanged = true
    }
    journal.batch = batch.number
    counters.batches += 1
    counters.changes += changes.count
    if oldestUnflushed == nil { oldestUnflushed = .now }
  }

  /// A change that was decided on another version than the present one.
  func conflict(in batch: Batch) -> MachineID? {
    batch.changes.first { change in
      guard let replaces = change.replaces else { return false }
      return replaces != records[change.id]?.machine.revision ?? 0
    }?.id
  }

  /// The versions that the change of a record replaces.
  func replaced(_ id: MachineID) -> [Digest] {
    (records[id].map { [$0.digest] } ?? []) + (editVersions[id] ?? [])
  }
}

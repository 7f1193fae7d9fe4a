// BootServer/Storage: how a store does.
// SPDX-License-Identifier: Apache-2.0

import System

/// What `GET /state` says of the store, and what the counters are made of.
struct StoreCondition: Equatable, Sendable {
  var format: Int?
  /// Of the state directory.
  var id: String?
  /// The last one that happened.
  var batch = 0
  /// Why newcomers get no installer; `nil`: they do.
  var careful: String?
  /// Files that do not say yet what the journal says.
  var behind = 0
  /// Bytes that only the journal keeps.
  var journalBytes = 0
  /// Why changes cannot be made, or files not be written, now.
  var problem: String?
  /// The place that was opened is not there any more: ``RecordStore/open()`` is to be called again.
  var isLost = false
  var isCheckpointDue = false
  var counters = StoreCounters()
}

/// From the start on.
struct StoreCounters: Equatable, Sendable {
  var batches = 0
  var changes = 0
  var bytes = 0
  var refused = 0
  var notKnown = 0
  var flushMicroseconds = 0
  /// Files that were written, and that were flushed.
  var written = 0
  var flushed = 0
  var checkpoints = 0
  /// Writes and flushes of the files that failed.
  var failures = 0
  /// Of the change that waits longest for its files to be flushed; 0: none does.
  var oldestUnflushedSeconds = 0
}

/// What is worth a line in the log.
enum StoreEvent: Equatable, Sendable {
  /// No machine is known, and none was.
  case new(path: String)
  /// It can be read, and changes cannot be made.
  case unready(path: String, reason: String)
  case careful(reason: String)
  case trusted
  case noMarker(reason: String)
  /// Others may share the file system.
  case sharedFileSystem(kind: String)
  /// A last line that was never wholly written has gone; nobody was told that it happened.
  case tornJournal(Int)
  case damagedJournal(String)
  case replayed(batches: Int, journals: Int)
  /// Files cannot be written now; the journal keeps what they should say.
  case behind(files: Int, reason: String)
  case caughtUp
  /// A hand edit that was not taken.
  case keptAside(machine: String, file: String, reason: String)
  case journalFailed(reason: String, isKnown: Bool)
  case decided(batch: Int)
  case lost(path: String)

  /// The `event=` of its line.
  var name: String {
    switch self {
    case .new: "state-new"
    case .unready: "state-unready"
    case .careful: "state-careful"
    case .trusted: "state-trusted"
    case .noMarker: "no-marker"
    case .sharedFileSystem: "state-shared"
    case .tornJournal: "journal-torn"
    case .damagedJournal: "journal-damaged"
    case .replayed: "journal-replayed"
    case .behind: "store-behind"
    case .caughtUp: "store-caught-up"
    case .keptAside: "record-kept-aside"
    case .journalFailed: "journal-failed"
    case .decided: "journal-decided"
    case .lost: "state-lost"
    }
  }
}

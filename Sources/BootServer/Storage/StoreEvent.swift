// BootServer/Storage: what is worth a line in the log.
// SPDX-License-Identifier: Apache-2.0

/// What happened to a store, as a typed value; its log line is `event=NAME` and the fields.
enum StoreEvent: Equatable, Sendable {
  /// No machine is known, and none was.
  case new(path: String)
  /// It can be read, and changes cannot be made now.
  case unready(path: String, reason: String)
  /// Newcomers get no installer until a person trusts the state.
  case careful(reason: String)
  case trusted
  /// Nothing outside of the directory remembers it.
  case noMarker(reason: String)
  /// Others may share the file system.
  case sharedFileSystem(kind: String)
  /// A last line that was never wholly written has gone; nobody was told that it happened.
  case tornJournal(Int)
  /// What a journal holds behind a bad line was set aside under this name.
  case damagedJournal(String)
  /// A crash left batches that were in no file yet.
  case replayed(batches: Int, journals: Int)
  /// Files cannot be written now; the journal keeps what they should say.
  case behind(files: Int, reason: String)
  case caughtUp
  /// A hand edit that was not taken.
  case keptAside(machine: String, file: String, reason: String)
  /// A batch could not be written; said once until one can, or each time it is not known.
  case journalFailed(reason: String, isKnown: Bool)
  case journalMended
  /// What was not known is: the batch did not happen.
  case decided(batch: Int)
  /// The path names another directory by now, or none.
  case lost(path: String)

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
    case .journalMended: "journal-mended"
    case .decided: "journal-decided"
    case .lost: "state-lost"
    }
  }
}

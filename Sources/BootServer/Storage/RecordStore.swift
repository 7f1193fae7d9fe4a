// BootServer/Storage: where records live.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Where records live, so that nothing acknowledged is lost.
///
/// One thread calls `open`, `commit`, `reread` and `recover`; another `writeFiles` and `checkpoint`;
/// any thread the rest.
protocol RecordStore: AnyObject, Sendable {
  /// Takes the place over and reads everything; again after it was lost.
  func open() throws(StoreError) -> StoredState
  /// Makes a batch durable as a whole or not at all.
  ///
  /// - Returns: its number, which is each record's new revision.
  func commit(_ batch: Batch) throws(CommitError) -> Int
  /// After `.notKnown`, or while the place cannot be written: tries to decide or to mend it.
  ///
  /// - Returns: whether changes can be made again.
  func recover() -> Bool
  /// Whether a record is as the store has it; waits for nobody on a local file system.
  func isCurrent(_ id: MachineID) -> Bool
  /// Records that others may have changed since the last call. Each is to be read again soon: until
  /// then its file is not written over, and the journal cannot go.
  func edited() -> EditedRecords
  /// Reads a record that somebody else may have changed.
  func reread(_ id: MachineID) -> Reread
  /// Writes files that are behind, once.
  ///
  /// - Returns: how many still are.
  func writeFiles() -> Int
  /// Makes the files durable and lets the journal go.
  func checkpoint()
  /// Takes over when machines were heard of; written down with the next files.
  func keep(_ sightings: [MachineID: Machine.Sightings])
  /// Persons have decided on machines: hand edits that were not taken hold them no more.
  func decided(_ ids: Set<MachineID>)
  /// Ends careful: a person says that this state is the right one.
  func trust() throws(StoreError)
  var condition: StoreCondition { get }
  /// Flushes all, leaves no journal, lets the lock go.
  func close()
}

/// Changes that happen together or not at all.
struct Batch: Sendable {
  var changes: [RecordChange] = []
  /// All tokens of etcd's discovery, where they change.
  var clusters: [String: String]?
  /// For the trail, so that a crash loses no who and why.
  var words: [TrailNote] = []
}

struct RecordChange: Sendable {
  let id: MachineID
  /// `nil`: it is removed. Its revision is the store's to set.
  var machine: Machine?
  /// Of its generation, where it is new.
  var token: String?
  /// The revision that the change was decided on; `nil`: whatever there is.
  var replaces: Int?
}

enum EditedRecords: Equatable, Sendable {
  case none
  case some(Set<MachineID>)
  case all
}

enum Reread: Equatable, Sendable {
  /// It says what the store has.
  case same
  /// An operator's word, to be committed.
  case edited(Machine)
  /// Made on an older version, and so not taken; kept under this name.
  case stale(kept: String)
  case gone
  case damaged(MachineError, [UInt8])
}

/// A record, and the token of its generation.
final class StoredRecord: Sendable {
  let machine: Machine
  let token: String
  private let knownDigest: Digest?

  init(_ machine: Machine, token: String, digest: Digest? = nil) {
    self.machine = machine
    self.token = token
    knownDigest = digest
  }

  /// Of its file as we write it.
  var digest: Digest { knownDigest ?? Digest(machine) }
}

/// What opening a store found.
struct StoredState: Sendable {
  struct Damaged: Sendable {
    let id: MachineID
    let error: MachineError
    /// What its file holds.
    let bytes: [UInt8]
    /// Its names and its slot, where they are known.
    let known: KnownRecord?
  }

  var machines: [StoredRecord] = []
  /// Records that are lost or cannot be used, each machine once.
  var damaged: [Damaged] = []
  /// Machines that get no installer until a person decides, and why, whatever their records say.
  var held: [MachineID: String] = [:]
  var sightings: [MachineID: Machine.Sightings] = [:]
  /// `nil`: they cannot be read; they are to be made of the records' own, and none anew.
  var clusters: [String: String]?
  /// Of batches that a crash left in the journal; the trail may have them already.
  var words: [TrailNote] = []
  /// Sentences for the log.
  var warnings: [String] = []
}

enum CommitError: Error, Equatable, Sendable, CustomStringConvertible {
  /// It did not happen.
  case notDone(String)
  /// It may have happened; ``RecordStore/recover()`` tells when that is decided.
  case notKnown(String)

  var description: String {
    switch self {
    case .notDone(let reason): reason
    case .notKnown(let reason): "it is not known whether this happened: \(reason)"
    }
  }
}

/// Why a store cannot be opened, or trusted.
enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
  case newerFormat(path: String, version: Int)
  case usedByAnother(path: String)
  case failed(file: String, Errno)
  case notOpen
  /// Why it cannot be written yet.
  case notReady(String)

  var description: String {
    switch self {
    case .newerFormat(let path, let version):
      "\(path) was written by a newer version (its format is \(version), this version knows"
        + " \(StateFormat.present)); nothing was touched"
    case .usedByAnother(let path):
      "\(path) is used by another coreos-ipxe-server; give each its own --state-dir"
    case .failed(let file, let error): "\(file): \(error)"
    case .notOpen: "the state directory is not open"
    case .notReady(let reason): reason
    }
  }
}

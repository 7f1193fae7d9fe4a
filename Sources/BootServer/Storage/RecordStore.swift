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
  /// Whether a record is as the store has it; waits for nobody. `false` too where that is not known until it
  /// is read again.
  func isCurrent(_ id: MachineID) -> Bool
  /// Whether reading a record may wait for another host.
  var isFarAway: Bool { get }
  /// Whether every record is as the store has it; `false` too where each would have to be looked at.
  var areAllCurrent: Bool { get }
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
  /// An archive of the state at the last batch; takes a while where there are many machines.
  func backup() throws(StoreError) -> [UInt8]
  /// Flushes all, leaves no journal, lets the lock go.
  func close()
}

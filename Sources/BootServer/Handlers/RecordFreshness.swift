// BootServer/Handlers: whether records are as the store has them.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// Asks the store once a turn of the loop while nobody edits records; belongs to one loop.
///
/// A request is never answered from before it was sent: what is found in a turn counts for that turn,
/// as with ``ScriptCache``.
final class RecordFreshness {
  private let store: any RecordStore
  /// In which nothing was edited.
  private var quietTurn: UInt64?

  init(store: any RecordStore) { self.store = store }

  func isCurrent(_ id: MachineID, turn: UInt64) -> Bool {
    if quietTurn == turn { return true }
    guard store.areAllCurrent else { return store.isCurrent(id) }
    quietTurn = turn
    return true
  }
}

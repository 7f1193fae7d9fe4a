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
  /// The number that the next one gets; those between did not happen.
  var nextBatch = 1
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

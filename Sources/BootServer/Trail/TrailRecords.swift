// BootServer/Trail: all records at one moment.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// All records, as they are after one batch.
struct TrailRecords: Sendable {
  /// The last batch that is in them; 0 where batches have no numbers.
  let batch: Int
  let records: [TrailRecord]
  /// Records that cannot be read, or are gone and were not removed: what is in git of them stays.
  let damaged: Set<MachineID>
  /// `clusters.json`; `nil` where it cannot be read.
  let clusters: [UInt8]?

  init(
    batch: Int = 0, _ records: [TrailRecord] = [], damaged: Set<MachineID> = [],
    clusters: [UInt8]? = nil
  ) {
    self.batch = batch
    self.records = records
    self.damaged = damaged
    self.clusters = clusters
  }
}

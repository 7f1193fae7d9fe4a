// BootServer/Trail: the machines in memory, for the trail.
// SPDX-License-Identifier: Apache-2.0

import Boot

extension TrailRecords {
  /// - Parameter batch: the last one that the snapshot has.
  init(_ snapshot: Snapshot) {
    let roster = snapshot.roster
    let records = roster.all.map { entry in
      TrailRecord(
        entry.machine.id, revision: entry.machine.revision,
        isStranger: entry.machine.profile == nil,
        content: Array(entry.machine.fileText.utf8))
    }
    let clusters = snapshot.clusters
    self.init(
      batch: snapshot.batch, records, damaged: Set(roster.damaged.map(\.id)),
      clusters: clusters.isEmpty ? nil : ClusterTokens.fileText(clusters))
  }
}

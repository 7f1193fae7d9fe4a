// BootServer/Trail: the machines in memory, for the trail.
// SPDX-License-Identifier: Apache-2.0

import Boot

extension TrailRecords {
  /// Records without revisions.
  init(_ roster: Roster, clusters: [String: String]) {
    let records = roster.all.map { entry in
      TrailRecord(
        entry.machine.id, revision: 0, isStranger: entry.machine.profile == nil,
        content: Array(entry.machine.fileText.utf8))
    }
    self.init(
      records, damaged: Set(roster.damaged.map(\.id)),
      clusters: clusters.isEmpty ? nil : Array(ClusterFile.text(clusters).utf8))
  }
}

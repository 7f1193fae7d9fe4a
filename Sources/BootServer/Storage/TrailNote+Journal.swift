// BootServer/Storage: words for the trail, in the journal.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

extension TrailNote {
  /// A note as the journal keeps it; what its file holds, the batch says.
  ///
  /// - Returns: `nil` for what is no note.
  init?(json: JSON, in batch: JournalBatch) {
    guard let note = TrailNote(json: json) else { return nil }
    var content = note.content
    if let id = note.id {
      if let change = batch.changes.first(where: { $0.id == id }) {
        content = change.text.map { .written($0) } ?? .removed
      }
    } else if let clusters = batch.clusters {
      content = .written(ClusterTokens.fileText(clusters))
    }
    self.init(
      of: note.of, content, subject: note.subject, who: note.who, why: note.why,
      seconds: note.seconds, batch: batch.number, isStranger: note.isStranger)
  }
}

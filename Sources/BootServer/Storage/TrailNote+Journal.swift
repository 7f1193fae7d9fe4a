// BootServer/Storage: words for the trail, in the journal.
// SPDX-License-Identifier: Apache-2.0

import Boot

extension JournalNote {
  init(_ note: TrailNote) {
    self.init(
      files: note.files.map { File(name: $0.name, isPresent: $0.content != nil) },
      message: note.message, seconds: note.seconds)
  }
}

extension TrailNote {
  /// - Parameter batch: which the note came with; it says what the files hold.
  init(_ note: JournalNote, of batch: JournalBatch) {
    files = note.files.map { file in
      if !file.isPresent { return (file.name, nil) }
      if file.name == ClusterTokens.fileName {
        return (file.name, batch.clusters.map(ClusterTokens.fileText))
      }
      let change = batch.changes.first { "machines/\($0.id).json" == file.name }
      return (file.name, change?.text)
    }
    message = note.message
    seconds = note.seconds
  }
}

// BootServer/Storage: what others did to the files.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// What others did to the files, and nobody has read yet.
struct EditNotes {
  /// Something happened to their names, perhaps by us.
  var suspects: Set<MachineID> = []
  /// Changed, and not read again.
  var dirty: Set<MachineID> = []
  /// Changed, and not told of.
  var news: Set<MachineID> = []
  var isWatched = false
  /// More happened than was told: every file must be looked at.
  var allSuspect = false
  /// Not before then are all files looked at again.
  var scansAt = Instant(nanoseconds: 0)

  mutating func mark(_ id: MachineID) {
    suspects.remove(id)
    dirty.insert(id)
    news.insert(id)
  }
}

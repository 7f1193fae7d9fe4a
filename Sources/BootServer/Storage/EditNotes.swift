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

  /// When each record was read last, where loops may not look at files.
  var looked: [MachineID: Instant] = [:]

  /// For so long a look counts there: a loop cannot look itself, for a server that is far away, or gone.
  private static let lookMilliseconds = 200

  func isFresh(_ id: MachineID) -> Bool {
    looked[id].map { Instant.now < $0.advanced(milliseconds: Self.lookMilliseconds) } ?? false
  }

  mutating func mark(_ id: MachineID) {
    suspects.remove(id)
    dirty.insert(id)
    news.insert(id)
  }
}

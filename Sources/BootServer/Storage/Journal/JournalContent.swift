// BootServer/Storage/Journal: what a journal holds.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// What one journal's file says, as far as it can be trusted.
struct JournalContent: Equatable, Sendable {
  enum Ending: Equatable, Sendable {
    case clean
    /// A line that was never wholly written; nothing valid stands behind it.
    case torn
    /// A bad line before good ones: the disk, or somebody, has changed what was written. The
    /// machines are those that are named from there on.
    case damaged(Set<MachineID>)
  }

  /// `nil` where the first line is bad; it may name another state directory.
  var header: JournalHeader?
  var batches: [JournalBatch] = []
  /// Bytes that are good.
  var length = 0
  var ending = Ending.clean
}

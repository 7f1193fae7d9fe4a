// BootServer/Storage/Journal: what one line of the journal says.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// A batch as the journal keeps it.
struct JournalBatch: Equatable, Sendable {
  let number: Int
  var changes: [Change] = []
  var tokens: [TokenLine] = []
  /// All tokens of etcd's discovery, where the batch changes them.
  var clusters: [String: String]?
  /// Who changed what and why, for the trail: an object each.
  var notes: [JSON] = []

  struct Change: Equatable, Sendable {
    let id: MachineID
    /// The versions that its file may have had before: the last that was written, an edit by hand.
    var replaces: [Digest] = []
    /// The whole record as its file has it; `nil`: it was removed.
    var text: [UInt8]?
  }

  struct TokenLine: Equatable, Sendable {
    let id: MachineID
    let generation: Int
    let token: String
  }
}

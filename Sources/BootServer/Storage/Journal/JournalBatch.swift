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

/// The first line of a journal.
struct JournalHeader: Equatable, Sendable {
  /// Of the state directory.
  let id: String
  /// The first batch that it can hold.
  let number: Int
  /// The last batch that had happened when it was begun; 0 where there was none.
  let after: Int
  /// Of older journals, what must not be read: from where on.
  var void: [Void] = []
  /// Batches that did not happen, whatever an older journal says.
  var abandoned: [Int] = []

  struct Void: Equatable, Sendable {
    let journal: Int
    /// Bytes that are good.
    let length: Int
  }

  /// Makes a line that was left on the disk by an older journal differ from every line of this one.
  var salt: UInt32 { Self.salt(id: id, number: number) }

  static func salt(id: String, number: Int) -> UInt32 {
    CRC32C.sum(Array("\(id) \(number)".utf8)[...])
  }
}

// BootServer/Storage/Journal: a journal's first line.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

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

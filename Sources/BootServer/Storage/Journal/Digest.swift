// BootServer/Storage/Journal: versions of a record, told apart.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// Tells the versions of one record apart; nobody has a reason to forge one.
struct Digest: Hashable, Sendable {
  let value: UInt64

  init(value: UInt64) { self.value = value }

  init(_ bytes: some Sequence<UInt8>) {
    value = FNV1a.hash(bytes)
  }

  /// Of a record as its file has it when we write it.
  init(_ machine: Machine) { self.init(machine.fileText.utf8) }
}

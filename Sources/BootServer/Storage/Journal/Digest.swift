// BootServer/Storage/Journal: versions of a record, told apart.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// Tells the versions of one record apart; nobody has a reason to forge one.
struct Digest: Hashable, Sendable {
  let value: UInt64

  init(value: UInt64) { self.value = value }

  /// FNV-1a.
  init(_ bytes: some Sequence<UInt8>) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    value = hash
  }

  /// Of a record as its file has it when we write it.
  init(_ machine: Machine) { self.init(machine.fileText.utf8) }
}

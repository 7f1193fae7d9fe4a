// BootServer/Storage: what a record says that somebody else may have changed.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

enum Reread: Equatable, Sendable {
  /// It says what the store has.
  case same
  /// An operator's word, to be committed.
  case edited(Machine)
  /// Made on an older version, and so not taken; kept under this name.
  case stale(kept: String)
  case gone
  case damaged(MachineError, [UInt8])
}

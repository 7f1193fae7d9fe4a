// BootServer/Storage: records that others may have changed.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

enum EditedRecords: Equatable, Sendable {
  case none
  case some(Set<MachineID>)
  case all
}

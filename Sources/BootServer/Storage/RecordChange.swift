// BootServer/Storage: one change of one record.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

struct RecordChange: Sendable {
  let id: MachineID
  /// `nil`: it is removed. Its revision is the store's to set.
  var machine: Machine?
  /// Of its generation, where it is new.
  var token: String?
  /// The revision that the change was decided on; `nil`: whatever there is.
  var replaces: Int?
}

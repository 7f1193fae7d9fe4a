// Boot/Machines/Roster: how far a record counts.
// SPDX-License-Identifier: Apache-2.0

/// How far a record counts when one of its names is asked for.
enum Standing: Int, CaseIterable, Sendable {
  /// Its disk is not to be written to.
  case inUse
  /// It has a profile, and is not in use.
  case waiting
  /// It has no profile: it holds nobody.
  case stranger
  /// Its record cannot be read; it may be in use.
  case damaged

  init(_ machine: Machine) {
    self = machine.profile == nil ? .stranger : machine.isInUse ? .inUse : .waiting
  }
}

// BootServer/Fleet: what batches did to machines.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// What has happened to machines, for what is kept in memory beside their records.
struct FleetNews: Sendable {
  /// A person has decided on them.
  var decided: Set<MachineID> = []
  /// They were removed.
  var gone: Set<MachineID> = []

  mutating func join(_ other: FleetNews) {
    decided.formUnion(other.decided)
    gone.formUnion(other.gone)
  }
}

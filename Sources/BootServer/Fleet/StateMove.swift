// BootServer/Fleet: from one state to another.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// From which state to which; `none` is a machine that was not there, or is gone.
struct StateMove: Hashable, Comparable {
  let from: String
  let to: String

  init(from: MachineState?, to: MachineState?) {
    self.from = from?.rawValue ?? "none"
    self.to = to?.rawValue ?? "none"
  }

  /// - Returns: `nil` where nothing moved.
  init?(_ event: FleetEvent) {
    guard case .moved(_, let from, let to) = event else { return nil }
    self.init(from: from, to: to)
  }

  static func < (left: StateMove, right: StateMove) -> Bool {
    (left.from, left.to) < (right.from, right.to)
  }
}

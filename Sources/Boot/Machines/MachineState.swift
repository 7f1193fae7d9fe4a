// Boot/Machines: where a machine stands, and where it can go from there.
// SPDX-License-Identifier: Apache-2.0

/// A machine's state, in Mayu's words.
package enum MachineState: String, Sendable, CaseIterable, CustomStringConvertible {
  /// Has no profile; is held until it matches one or is claimed.
  case unknown
  /// Installs, or boots its profile, at its next network boot.
  case configured
  /// Has been given the installer's script, and gets it again until it reports.
  case installing
  /// Has reported that it is installed; boots its own disk.
  case installed
  /// Has reported that it runs.
  case running

  package var description: String { rawValue }
}

/// What may follow what, and why anything else may not.
package enum Lifecycle {
  /// The whole table; `docs/machines.md` draws it. To stay where one is changes nothing.
  static let transitions: [(from: MachineState, to: MachineState)] = [
    (.unknown, .configured),
    (.configured, .installing),
    (.configured, .running),
    (.installing, .installed),
    (.installing, .running),
    (.installed, .running),
    (.installing, .configured),
    (.installed, .configured),
    (.running, .configured),
    (.configured, .unknown),
    (.installing, .unknown),
    (.installed, .unknown),
    (.running, .unknown),
  ]

  /// Why a machine cannot go from one state to another.
  ///
  /// - Parameter installs: whether its profile has an `install`; `nil` when that cannot be read.
  /// - Returns: `nil` when it can.
  package static func refusal(
    from: MachineState, to: MachineState, profile: String?, installs: Bool?
  ) -> String? {
    if from == to { return nil }
    if to != .unknown, profile == nil {
      return "it has no profile; give it one first (machines claim ID --profile NAME)"
    }
    guard transitions.contains(where: { $0 == (from, to) }) else {
      return reason(from: from, to: to)
    }
    if from == .configured, to == .running, installs == true {
      return "its profile installs, and its installer has not been served yet"
    }
    if from == .installing, to == .running, installs != false {
      return "its installer has not reported that it is done"
    }
    if from == .configured, to == .installing, installs == false {
      return "its profile has no \"install\", so it boots into memory every time"
    }
    return nil
  }

  private static func reason(from: MachineState, to: MachineState) -> String {
    switch to {
    case .unknown, .configured: "nothing leads there"
    case .installing: "only serving the installer's script to a configured machine leads there"
    case .installed:
      from == .running
        ? "it is past that; state=configured installs it again"
        : "only an installing machine can report that"
    case .running: "only an installed machine, or one that boots into memory, can report that"
    }
  }
}

// Boot/Machines/Rules: where a machine can go from where it stands.
// SPDX-License-Identifier: Apache-2.0

/// The one place where a machine's state changes.
package enum Lifecycle {
  /// Who or what moves a machine.
  package enum Mover: Sendable, CaseIterable {
    /// A profile takes it.
    case match
    /// Its installer's script is served.
    case script
    /// It reports, or somebody who may does so for it.
    case report
    /// A person says so.
    case person
    /// A person says what was so before the machine was known.
    case takeOver
  }

  /// What a machine's profile must be for a transition.
  enum Condition: Sendable {
    case any
    /// It has no `install`, as far as is known.
    case notKnownToInstall
    /// It has an `install`, as far as is known.
    case notKnownToBootOnly
    /// It has none, for certain.
    case bootsOnly

    func holds(installs: Bool?) -> Bool {
      switch self {
      case .any: true
      case .notKnownToInstall: installs != true
      case .notKnownToBootOnly: installs != false
      case .bootsOnly: installs == false
      }
    }
  }

  /// One row of the table.
  struct Transition: Sendable {
    let from: MachineState
    let to: MachineState
    let by: [Mover]
    let condition: Condition

    init(
      _ from: MachineState, _ to: MachineState, by: [Mover], if condition: Condition = .any
    ) {
      self.from = from
      self.to = to
      self.by = by
      self.condition = condition
    }
  }

  /// The whole table; `docs/machines.md` draws it. To stay where one is changes nothing.
  static let transitions: [Transition] = [
    Transition(.unknown, .configured, by: [.match, .person]),
    Transition(.configured, .installing, by: [.script], if: .notKnownToBootOnly),
    Transition(.configured, .running, by: [.report, .person], if: .notKnownToInstall),
    Transition(.installing, .installed, by: [.report, .person]),
    Transition(.installing, .running, by: [.report, .person], if: .bootsOnly),
    Transition(.installed, .running, by: [.report, .person]),
    Transition(.installing, .configured, by: [.person]),
    Transition(.installed, .configured, by: [.person]),
    Transition(.running, .configured, by: [.person]),
    Transition(.configured, .unknown, by: [.person]),
    Transition(.installing, .unknown, by: [.person]),
    Transition(.installed, .unknown, by: [.person]),
    Transition(.running, .unknown, by: [.person]),
    Transition(.unknown, .installed, by: [.takeOver]),
    Transition(.unknown, .running, by: [.takeOver]),
    Transition(.configured, .installed, by: [.takeOver]),
    Transition(.configured, .running, by: [.takeOver]),
  ]

  /// Moves a machine to a state, as far as the table allows it.
  ///
  /// - Parameter installs: whether its profile has an `install`; `nil` when that cannot be read.
  package static func move(
    _ machine: inout Machine, to state: MachineState, by mover: Mover, installs: Bool?,
    now: Timestamp
  ) throws(MachineError) {
    if machine.state == state { return }
    let refusal = refusal(
      from: machine.state, to: state, by: mover, profile: machine.profile, installs: installs)
    if let refusal {
      throw .refused(machine.id, from: machine.state, to: state, reason: refusal)
    }
    switch state {
    case .unknown: forget(&machine)
    case .configured: configure(&machine, by: mover)
    case .installing: machine.state = .installing
    case .installed, .running:
      machine.state = state
      machine.claimedIn = nil
      if state == .installed { machine.installedAt = now }
      // One that runs from memory has no disk to be minded, unless a person says that it is installed.
      if mover == .takeOver {
        machine.installedAt = installs == false && state == .running ? nil : now
      }
    }
  }

  /// Gives a machine a profile, another one, or none; the state follows.
  ///
  /// - Throws: ``MachineError`` where its state does not allow that: 409.
  package static func give(
    _ profile: String?, to machine: inout Machine, by mover: Mover, installs: Bool?, now: Timestamp
  ) throws(MachineError) {
    if machine.profile == profile, machine.state != .unknown || profile == nil { return }
    guard let profile else {
      try move(&machine, to: .unknown, by: mover, installs: installs, now: now)
      return
    }
    machine.profile = profile
    // An installer that is at work with the old profile must not report for the new one.
    if machine.state == .unknown || machine.state == .installing {
      try move(&machine, to: .configured, by: mover, installs: installs, now: now)
    }
  }

  /// The next network boot installs, or boots into memory; an earlier token is worth nothing.
  private static func configure(_ machine: inout Machine, by mover: Mover) {
    machine.state = .configured
    machine.generation += 1
    machine.installedAt = nil
    machine.claimedIn = mover == .person ? 0 : nil
  }

  private static func forget(_ machine: inout Machine) {
    machine.state = .unknown
    machine.profile = nil
    machine.installedAt = nil
    machine.told = []
    machine.claimedIn = nil
  }
}

extension Lifecycle {
  /// Why a machine cannot go from one state to another; `nil` when it can.
  package static func refusal(
    from: MachineState, to: MachineState, by mover: Mover, profile: String?, installs: Bool?
  ) -> String? {
    if from == to { return nil }
    if to != .unknown, profile == nil {
      return "it has no profile; give it one first (machines claim ID --profile NAME)"
    }
    let row = transitions.first { $0.from == from && $0.to == to && $0.by.contains(mover) }
    guard let row else { return reason(from: from, to: to) }
    if row.condition.holds(installs: installs) { return nil }
    switch row.condition {
    case .any: return nil
    case .notKnownToInstall:
      return "its profile installs, and its installer has not been served yet"
    case .bootsOnly: return "its installer has not reported that it is done"
    case .notKnownToBootOnly:
      return "its profile has no \"install\", so it boots into memory every time"
    }
  }

  private static func reason(from: MachineState, to: MachineState) -> String {
    switch to {
    case .unknown, .configured: "nothing leads there"
    // By hand nobody can: the script is what makes it true.
    case .installing: "only serving the installer's script to a configured machine leads there"
    case .installed:
      from == .running
        ? "it is past that; state=configured installs it again"
        : "only an installing machine can report that"
    case .running: "only an installed machine, or one that boots into memory, can report that"
    }
  }
}

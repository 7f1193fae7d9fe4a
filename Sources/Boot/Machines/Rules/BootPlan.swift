// Boot/Machines/Rules: what becomes of a boot.
// SPDX-License-Identifier: Apache-2.0

/// What becomes of a boot, one step of it.
package enum BootPlan: Sendable {
  /// It is asked who it is.
  case ask
  /// ``Rules/contact(_:)`` is written down, and the next plan made with what it came to.
  case writeDown
  /// ``Rules/beginInstall(_:for:)`` is written down, and the installer's script served.
  case beginInstall(Roster.Entry)
  /// Its script is served. An installer's counts as one more try, by ``Rules/beginInstall(_:for:)``, for
  /// which nobody waits.
  case serve(Roster.Entry, Occasion)
  /// It boots its own disk.
  case localDisk(LocalDisk)
  case hold(Hold)
  /// It told nothing that finds a machine, or that one could be made of; others have its serial.
  case nameless(sharing: [SharedNames])

  /// Which of a profile's scripts.
  package enum Occasion: Sendable {
    /// With the keys of its `install`.
    case install
    /// Without them.
    case boot
  }

  /// Why a machine boots its own disk.
  package enum LocalDisk: Equatable, Sendable {
    /// It is in use.
    case inUse(MachineID)
    /// It is in use, and its profile could not be used.
    case broken(MachineID, problem: String)
    /// Several machines fit, and all are in use.
    case allInUse([MachineID])
    /// Else it would be held.
    case insteadOf(Hold)
  }
}

extension BootPlan {
  /// - Parameter facts: of the profile of a name.
  package init(_ situation: BootSituation, facts: (String) -> ProfileFacts) {
    guard situation.boot.isAsked else {
      self = .ask
      return
    }
    switch situation.found {
    case nil: self = .hold(.state)
    case .known(let entry, let sharing):
      self = Self.known(entry, sharing, situation, facts)
    case .new: self = situation.isLook ? .hold(.unmatched(nil)) : .writeDown
    case .contradiction(let entry):
      let machine = entry.machine
      self = Self.withoutInstaller(entry, .saysUUID(of: machine.id), situation, facts)
    case .several(let entries):
      self = Self.several(entries, situation, facts)
    case .damaged(let id, let error):
      self = .hold(.record(id, error.description, isSaid: situation.boot.says(id)))
    case .otherHardware(let id): self = .hold(.otherHardware(id))
    case .nameless(let sharing): self = .nameless(sharing: sharing)
    }
  }

  private static func known(
    _ entry: Roster.Entry, _ sharing: [SharedNames], _ situation: BootSituation,
    _ facts: (String) -> ProfileFacts
  ) -> BootPlan {
    let machine = entry.machine
    guard machine.state != .unknown, let name = machine.profile else {
      return stranger(machine, situation)
    }
    let profile = facts(name)
    switch machine.state {
    case .unknown, .installed, .running: break
    case .configured, .installing:
      if profile.problem != nil || profile.installs == false { break }
      if !sharing.isEmpty { return held(.sharesNames(machine.id, sharing), situation) }
      if let careful = situation.careful, !careful.allows(machine) {
        return held(.careful(machine.id), situation)
      }
      if machine.state == .installing, situation.hasSpentTries {
        return held(.failedTries(machine.id), situation)
      }
      if let lack = profile.lack { return .hold(lack) }
      let isWritten = machine.state == .installing || situation.isLook
      return isWritten ? .serve(entry, .install) : .beginInstall(entry)
    }
    if let problem = profile.problem { return unusable(machine, problem) }
    if profile.installs == true { return .localDisk(.inUse(machine.id)) }
    guard let lack = profile.lack else { return .serve(entry, .boot) }
    return machine.isInUse
      ? .localDisk(.broken(machine.id, problem: lack.log)) : .hold(lack)
  }

  /// A profile cannot be used: what is on a machine's disk still can.
  ///
  /// - Parameter logged: what the log has in its place, where it says more.
  package static func unusable(
    _ machine: Machine, _ problem: String, logged: String? = nil
  ) -> BootPlan {
    machine.isInUse
      ? .localDisk(.broken(machine.id, problem: logged ?? problem))
      : .hold(.profile(problem, logged: logged))
  }

  private static func stranger(_ machine: Machine, _ situation: BootSituation) -> BootPlan {
    guard let choice = situation.choice else {
      return situation.isLook ? held(.unmatched(machine.id), situation) : .writeDown
    }
    switch choice {
    case .none, .profile: return held(.unmatched(machine.id), situation)
    case .tie(let files): return .hold(.tie(files))
    case .broken(let problem): return .hold(.profile(problem))
    case .inDoubt(let sharing): return held(.sharesNames(machine.id, sharing), situation)
    case .careful: return held(.careful(machine.id), situation)
    }
  }

  private static func several(
    _ entries: [Roster.Entry], _ situation: BootSituation, _ facts: (String) -> ProfileFacts
  ) -> BootPlan {
    let ids = entries.map(\.machine.id)
    if entries.allSatisfy(\.machine.isInUse) { return .localDisk(.allInUse(ids)) }
    let install = entries.contains { entry in
      entry.machine.isInUse || entry.machine.profile.map { facts($0).installs != false } ?? true
    }
    guard !install, let best = entries.first else { return held(.several(ids), situation) }
    return withoutInstaller(best, .several(ids), situation, facts)
  }

  /// Only an installer is withheld.
  private static func withoutInstaller(
    _ entry: Roster.Entry, _ hold: Hold, _ situation: BootSituation,
    _ facts: (String) -> ProfileFacts
  ) -> BootPlan {
    guard let profile = entry.machine.profile.map(facts), profile.installs == false,
      profile.problem == nil
    else { return held(hold, situation) }
    return profile.lack.map { .hold($0) } ?? .serve(entry, .boot)
  }

  /// As `--unmatched` says.
  private static func held(_ hold: Hold, _ situation: BootSituation) -> BootPlan {
    switch situation.policy {
    case .hold: .hold(hold)
    case .local: .localDisk(.insteadOf(hold))
    }
  }
}

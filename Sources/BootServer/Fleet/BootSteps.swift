// BootServer/Fleet: from a boot to its answer.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// What the server does about one boot, by what is known at one moment.
///
/// It has no request, no file and no clock: the handler carries its steps out, and so does the model of
/// the tests.
struct BootSteps {
  let snapshot: Snapshot
  let situation: BootSituation
  /// Who asks, for the trail.
  let who: String
  /// Whether a record is as the store has it.
  let isCurrent: (MachineID) -> Bool

  /// - Parameter hasSpentTries: whether a machine's installer was served as often as it may be.
  init(
    _ boot: BootIdentity, _ snapshot: Snapshot, policy: HoldPolicy, isLook: Bool = false,
    who: String, isCurrent: @escaping (MachineID) -> Bool,
    hasSpentTries: (MachineID) -> Bool = { _ in false }
  ) {
    var situation = BootSituation(boot, found: snapshot.find(boot))
    situation.policy = policy
    situation.careful = snapshot.careful
    situation.isLook = isLook
    if case .known(let entry, _)? = situation.found, entry.machine.state == .installing {
      situation.hasSpentTries = hasSpentTries(entry.machine.id)
    }
    self.snapshot = snapshot
    self.situation = situation
    self.who = who
    self.isCurrent = isCurrent
  }

  /// - Parameter script: of a profile, for an occasion and, where it is to be served, for a machine; what it
  ///   throws is thrown.
  func next<Script: Sendable, Interruption: Error>(
    script: (String, ScriptOccasion, Roster.Entry?) throws(Interruption) -> ProfileScript<Script>
  ) throws(Interruption) -> BootStep<Script> {
    if let entry = stale { return look(entry.machine) }
    if case .known(let entry, _)? = situation.found, entry.machine.state != .unknown,
      let profile = entry.machine.profile
    {
      return known(
        entry,
        try script(
          profile, ScriptOccasion(entry.machine, platform: situation.boot.platform), entry))
    }
    return try others(script)
  }

  /// What the boot tells that is to be written down beside its answer.
  var news: Identification? {
    guard !situation.isLook, let found = situation.found, found.wouldNote(situation.boot) else {
      return nil
    }
    return found
  }

  /// A record that others have changed since it was read.
  private var stale: Roster.Entry? {
    switch situation.found {
    case .known(let entry, _), .contradiction(let entry):
      return isCurrent(entry.machine.id) ? nil : entry
    case .several(let entries): return entries.first { !isCurrent($0.machine.id) }
    case .new, .damaged, .otherHardware, .nameless, nil: return nil
    }
  }

  /// Its record is read first; an edit cannot be taken while changes cannot be made.
  private func look<Script>(_ machine: Machine) -> BootStep<Script> {
    .work(.look(machine.id)) { outcome in
      guard case .failure(let error) = outcome else { return nil }
      switch error {
      case .notKept, .notKnown: break
      default: return nil
      }
      // Whatever the edit says, its own disk is no mistake.
      return machine.isInUse
        ? .localDisk(.inUse(machine.id), machine) : .refused(error, machine)
    }
  }
}

extension BootSteps {
  /// A machine that has a profile.
  private func known<Script>(
    _ entry: Roster.Entry, _ script: ProfileScript<Script>
  ) -> BootStep<Script> {
    let machine = entry.machine
    let text: Script
    switch script {
    case .usable(let found, _, _): text = found
    case .unusable(let problem, let logged):
      return .answer(answer(BootPlan.unusable(machine, problem, logged: logged), machine))
    }
    let plan = BootPlan(situation) { _ in script.facts }
    switch plan {
    case .beginInstall, .serve(_, .install):
      if let reason = snapshot.withheld(machine.id) {
        return .answer(.hold(.record(machine.id, reason, isSaid: true), machine))
      }
      return install(text, entry)
    // Of a profile without an installer both scripts are the same.
    case .serve(_, .boot), .localDisk(.inUse): return .answer(.script(text, entry))
    case .ask, .writeDown, .localDisk, .hold, .nameless: return .answer(answer(plan, machine))
    }
  }

  /// The installer's script is served only once it is written down that it was.
  private func install<Script>(_ script: Script, _ entry: Roster.Entry) -> BootStep<Script> {
    let machine = entry.machine
    guard !situation.isLook, machine.state == .configured else {
      return .answer(.installer(script, entry))
    }
    return .work(.beginInstall(machine.id, situation.boot, who: who)) { outcome in
      switch outcome {
      case .success(let reply): reply.entry.map { .installer(script, $0) }
      case .failure(.changed): nil
      case .failure(let error): .refused(error, machine)
      }
    }
  }

  /// A machine that is not known for certain, or has no profile.
  private func others<Script, Interruption: Error>(
    _ script: (String, ScriptOccasion, Roster.Entry?) throws(Interruption) -> ProfileScript<Script>
  ) throws(Interruption) -> BootStep<Script> {
    var scripts: [String: ProfileScript<Script>] = [:]
    for name in situation.profiles {
      scripts[name] = try script(name, .settled(platform: nil), nil)
    }
    let plan = BootPlan(situation) { scripts[$0]?.facts ?? ProfileFacts(installs: nil) }
    switch plan {
    case .ask: return .answer(.whoAreYou)
    case .writeDown: return contact()
    case .serve(let entry, .boot):
      let platform = situation.boot.platform ?? entry.machine.platform
      switch try script(entry.machine.profile ?? "", .settled(platform: platform), entry) {
      case .usable(let text, _, lack: nil): return .answer(.script(text, entry))
      case .usable(_, _, let lack?): return .answer(.hold(lack, nil))
      case .unusable(let problem, let logged):
        return .answer(.hold(.profile(problem, logged: logged), nil))
      }
    case .beginInstall(let entry), .serve(let entry, .install):
      // The table of ``Roster/identify(_:)`` leads nobody here.
      return .answer(.hold(.saysUUID(of: entry.machine.id), nil))
    case .hold(let hold):
      guard case .damaged(let id, _)? = situation.found, !situation.isLook else {
        return .answer(answer(plan, situation.found?.entry?.machine))
      }
      return lookAgain(id, hold)
    case .localDisk, .nameless:
      return .answer(answer(plan, situation.found?.entry?.machine))
    }
  }

  /// A machine that was never seen, or has no profile yet: it is written down, and matched.
  private func contact<Script>() -> BootStep<Script> {
    let situation = situation
    return .work(.contact(situation.boot, who: who)) { outcome in
      switch outcome {
      case .failure(let error): return .refused(error, nil)
      case .success(let reply):
        guard let entry = reply.entry, entry.machine.state == .unknown else { return nil }
        var situation = situation
        situation.found = .known(entry, sharing: [])
        situation.choice = reply.choice
        let plan = BootPlan(situation) { _ in ProfileFacts(installs: nil) }
        return Self.answer(plan, entry.machine, situation.boot)
      }
    }
  }

  /// A record that could not be used may have been mended since.
  private func lookAgain<Script>(_ id: MachineID, _ hold: Hold) -> BootStep<Script> {
    .work(.look(id)) { outcome in
      if case .success(let reply) = outcome, reply.entry != nil { return nil }
      return .hold(hold, nil)
    }
  }

  private func answer<Script>(_ plan: BootPlan, _ machine: Machine?) -> BootAnswer<Script> {
    Self.answer(plan, machine, situation.boot)
  }

  /// All but scripts.
  private static func answer<Script>(
    _ plan: BootPlan, _ machine: Machine?, _ boot: BootIdentity
  ) -> BootAnswer<Script> {
    switch plan {
    case .nameless(let sharing): .nameless(serial: boot.serial, sharing: sharing)
    case .localDisk(let why): .localDisk(why, machine)
    case .hold(let hold): .hold(hold, machine)
    case .ask, .writeDown, .beginInstall, .serve: .hold(.state, machine)
    }
  }
}

extension BootSituation {
  /// Profiles of the machines that may be meant.
  fileprivate var profiles: Set<String> {
    switch found {
    case .contradiction(let entry), .known(let entry, _):
      Set([entry.machine.profile].compactMap { $0 })
    case .several(let entries): Set(entries.compactMap(\.machine.profile))
    case .new, .damaged, .otherHardware, .nameless, nil: []
    }
  }
}

// BootServer/Handlers: machines that boot.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers a machine that says who it is with the script for where it stands.
struct MachineBootHandler {
  let machines: MachineService
  let scripts: ScriptHandler
  let base: RequestBase

  private var register: MachineRegister { machines.register }

  /// The script that asks a machine who it is.
  func identify(_ request: Request) -> Outcome {
    var response = Response(.ok)
    response.add("Content-Type", ContentType.text)
    response.body = [.bytes(IdentityScript.render(base: base.of(request)))]
    response.note = LogText.pair("event", "identify")
    return .respond(response)
  }

  func respond(_ request: Request, _ identity: BootIdentity) -> Outcome {
    var boot = identity
    if case .v4 = request.peer.host { boot.ip = request.peer.hostText }
    if case .v6 = request.peer.host { boot.ip = request.peer.hostText }
    let snapshot = register.snapshot
    var situation = BootSituation(boot, found: snapshot.find(boot))
    situation.policy = machines.unmatched == .local ? .local : .hold
    situation.careful = snapshot.careful
    situation.isLook = request.head.method == .head
    if let entry = stale(situation) { return look(entry, situation) }
    do throws(Interruption) {
      if case .known(let entry, _)? = situation.found, entry.machine.profile != nil {
        return try known(entry, request, situation, snapshot)
      }
      return try others(request, situation, snapshot)
    } catch {
      switch error {
      case .pending(let file): return .wait(file)
      case .failed(let failure): return .respond(failure.response())
      }
    }
  }

  /// A record that others have changed since it was read.
  private func stale(_ situation: BootSituation) -> Roster.Entry? {
    let store = register.store
    switch situation.found {
    case .known(let entry, _), .contradiction(let entry):
      return store.isCurrent(entry.machine.id) ? nil : entry
    case .several(let entries): return entries.first { !store.isCurrent($0.machine.id) }
    case .new, .damaged, .otherHardware, .nameless, nil: return nil
    }
  }

  /// Reads the record first; what it says now may not be to be had while changes cannot be made.
  private func look(_ entry: Roster.Entry, _ situation: BootSituation) -> Outcome {
    let (machines, machine) = (machines, entry.machine)
    return machines.work(.look(machine.id)) { outcome in
      guard case .failure(.notKept(let file, let reason)) = outcome else { return .handleAgain }
      // Whatever was edited, its own disk is no mistake.
      if machine.isInUse {
        return .respond(machines.local(.inUse(machine.id), machine, situation.boot))
      }
      return .respond(machines.held(by: .notKept(file: file, reason: reason), machine))
    }
  }

  /// A machine that has a profile: its script says what the plan needs to know of that.
  private func known(
    _ entry: Roster.Entry, _ request: Request, _ situation: BootSituation, _ snapshot: Snapshot
  ) throws(Interruption) -> Outcome {
    let machine = entry.machine
    var occasion = ScriptOccasion.settled(platform: situation.boot.platform ?? machine.platform)
    switch machine.state {
    case .configured, .installing: occasion = .installing
    case .unknown, .installed, .running: break
    }
    let script: RenderedScript
    do throws(Interruption) {
      script = try self.script(request, machine.profile, occasion)
    } catch {
      guard case .failed(let failure) = error else { throw error }
      return answer(
        BootPlan.unusable(machine, failure.sentence), request, situation, machine)
    }
    let plan = BootPlan(situation) { _ in ProfileFacts(installs: script.installs) }
    switch plan {
    case .beginInstall, .serve(_, .install):
      if let reason = snapshot.withheld(machine.id) {
        return answer(
          .hold(.record(machine.id, reason, isSaid: true)), request, situation, machine)
      }
      return install(script, entry, request, situation)
    // Of a profile without an installer both scripts are the same.
    case .serve(_, .boot), .localDisk(.inUse):
      return .respond(served(script, entry, request, situation))
    case .ask, .writeDown, .localDisk, .hold, .nameless:
      return answer(plan, request, situation, machine)
    }
  }

  /// A machine that is not known for certain, or has no profile.
  private func others(
    _ request: Request, _ situation: BootSituation, _ snapshot: Snapshot
  ) throws(Interruption) -> Outcome {
    var facts: [String: ProfileFacts] = [:]
    for name in situation.profiles { facts[name] = try self.facts(request, name) }
    let plan = BootPlan(situation) { facts[$0] ?? ProfileFacts(installs: nil) }
    switch plan {
    case .ask: return identify(request)
    case .writeDown: return contact(request, situation)
    case .serve(let entry, .boot):
      let platform = situation.boot.platform ?? entry.machine.platform
      let script = try self.script(
        request, entry.machine.profile, .settled(platform: platform))
      return .respond(served(script, entry, request, situation))
    case .beginInstall(let entry), .serve(let entry, .install):
      // The table of ``Roster/identify(_:)`` leads nobody here.
      return answer(.hold(.saysUUID(of: entry.machine.id)), request, situation, nil)
    case .hold where Self.damagedRecord(situation) != nil:
      return lookAgain(plan, request, situation)
    case .localDisk, .hold, .nameless:
      return answer(plan, request, situation, situation.found?.entry?.machine)
    }
  }

  /// What a plan needs to know of a profile.
  private func facts(_ request: Request, _ name: String) throws(Interruption) -> ProfileFacts {
    do throws(Interruption) {
      let script = try self.script(request, name, .settled(platform: nil))
      return ProfileFacts(installs: script.installs)
    } catch {
      guard case .failed(let failure) = error else { throw error }
      return ProfileFacts(installs: nil, problem: failure.sentence)
    }
  }

  private func script(
    _ request: Request, _ profile: String?, _ occasion: ScriptOccasion
  ) throws(Interruption) -> RenderedScript {
    try scripts.script(request, Array((profile ?? "").utf8), occasion)
  }
}

extension MachineBootHandler {
  /// A machine that was never seen, or has no profile yet: it is written down, and matched.
  private func contact(_ request: Request, _ situation: BootSituation) -> Outcome {
    let (machines, now, boot) = (machines, machines.now, situation.boot)
    return machines.work(.contact(boot, who: request.who)) { outcome in
      switch outcome {
      case .failure(let error): return .respond(machines.held(by: error, nil))
      case .success(let reply):
        guard let entry = reply.entry else { return .handleAgain }
        machines.register.sightings.see(entry.machine.id, now)
        guard entry.machine.state == .unknown else { return .handleAgain }
        var situation = situation
        situation.found = .known(entry, sharing: [])
        situation.choice = reply.choice
        let plan = BootPlan(situation) { _ in ProfileFacts(installs: nil) }
        return .respond(machines.answer(plan, entry.machine, boot))
      }
    }
  }

  /// The installer's script is served only once it is written down that it was.
  private func install(
    _ script: RenderedScript, _ entry: Roster.Entry, _ request: Request,
    _ situation: BootSituation
  ) -> Outcome {
    let id = entry.machine.id
    guard !situation.isLook, entry.machine.state == .configured else {
      return .respond(served(script, entry, request, situation, isInstaller: true))
    }
    let machines = machines
    return machines.work(.beginInstall(id, situation.boot, who: request.who)) { outcome in
      switch outcome {
      case .success(let reply):
        guard let entry = reply.entry else { return .handleAgain }
        return .respond(machines.installer(script, entry))
      case .failure(.changed): return .handleAgain
      case .failure(let error): return .respond(machines.held(by: error, entry.machine))
      }
    }
  }

  /// A script that needs nothing written down; what the boot tells anew is written down beside.
  private func served(
    _ script: RenderedScript, _ entry: Roster.Entry, _ request: Request,
    _ situation: BootSituation, isInstaller: Bool = false
  ) -> Response {
    if situation.isLook { return script.response(for: entry) }
    observe(request, situation)
    if isInstaller { return machines.installer(script, entry) }
    register.sightings.boot(entry.machine.id, machines.now)
    register.holds.release(entry.machine.id)
    return script.response(for: entry)
  }

  private func observe(_ request: Request, _ situation: BootSituation) {
    guard let found = situation.found, found.wouldNote(situation.boot) else { return }
    register.observe(found, situation.boot, who: request.who)
  }

  /// The record that a boot has a name of, and that cannot be used.
  private static func damagedRecord(_ situation: BootSituation) -> MachineID? {
    if case .damaged(let id, _)? = situation.found, !situation.isLook { id } else { nil }
  }

  /// A record that could not be used may have been mended since.
  private func lookAgain(
    _ plan: BootPlan, _ request: Request, _ situation: BootSituation
  ) -> Outcome {
    guard case .hold(let hold) = plan, let id = Self.damagedRecord(situation) else {
      return answer(plan, request, situation, nil)
    }
    let machines = machines
    return machines.work(.look(id)) { outcome in
      if case .success(let reply) = outcome, reply.entry != nil { return .handleAgain }
      return .respond(machines.held(hold, nil))
    }
  }

  /// All but scripts.
  private func answer(
    _ plan: BootPlan, _ request: Request, _ situation: BootSituation, _ machine: Machine?
  ) -> Outcome {
    switch plan {
    case .nameless(let sharing): return .respond(Self.nameless(situation.boot, sharing))
    case .localDisk(let why):
      guard !situation.isLook, let machine else {
        return .respond(machines.local(why, machine, situation.boot))
      }
      observe(request, situation)
      register.sightings.boot(machine.id, machines.now)
      return .respond(machines.answer(plan, machine, situation.boot))
    case .hold(let hold):
      if situation.isLook { return .respond(machines.held(hold, machine, isLook: true)) }
      observe(request, situation)
      if let machine { register.sightings.see(machine.id, machines.now) }
      return .respond(machines.held(hold, machine))
    case .ask, .writeDown, .beginInstall, .serve:
      return .respond(machines.held(.state, machine))
    }
  }

  private static func nameless(_ boot: BootIdentity, _ sharing: [SharedNames]) -> Response {
    guard let serial = boot.serial else {
      var response = Response.line(
        .badRequest,
        "no uuid and no mac here tells one machine from another, so none can be found or made")
      response.note = LogText.pair("event", "no-identity")
      return response
    }
    let error =
      sharing.isEmpty
      ? MachineError.unknownMachine(serial) : .ambiguous(serial, sharing.map(\.machine))
    return error.response("no-identity")
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

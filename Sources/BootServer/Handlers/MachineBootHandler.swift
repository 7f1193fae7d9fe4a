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

  /// Seconds until a machine that is held asks again: soon, for a person may be waiting.
  private static let holdSeconds = 5

  /// The script that asks a machine who it is.
  func identify(_ request: Request) -> Outcome {
    var response = Response(.ok)
    response.add("Content-Type", ContentType.text)
    response.body = [.bytes(IdentityScript.render(base: base.of(request)))]
    response.note = LogText.pair("event", "identify")
    return .respond(response)
  }

  func respond(_ request: Request, _ identity: BootIdentity) -> Outcome {
    var identity = identity
    if case .v4 = request.peer.host { identity.ip = request.peer.hostText }
    if case .v6 = request.peer.host { identity.ip = request.peer.hostText }
    let isLook = request.head.method == .head
    switch register.find(identity, now: isLook ? nil : machines.now) {
    case .unavailable: return carryOut(plan(nil, identity, isLook), request, identity)
    case .found(let found, let isFresh):
      if let id = found.entry?.machine.id, !isFresh { return reread(id) }
      if case .damaged(let id, let error) = found { return lookAgain(id, error, identity, isLook) }
      if !isLook, found.wouldNote(identity) { register.observe(identity, who: request.who) }
      if case .known(let entry, _) = found, entry.machine.state != .unknown {
        return script(request, identity, entry, found)
      }
      return carryOut(plan(found, identity, isLook), request, identity)
    }
  }

  /// - Parameter installs: what the machine's script is, where it is rendered already.
  private func plan(
    _ found: Identification?, _ identity: BootIdentity, _ isLook: Bool, installs: Bool? = nil
  ) -> BootPlan {
    var situation = BootSituation(identity, found: found)
    situation.policy = machines.unmatched == .local ? .local : .hold
    situation.isLook = isLook
    return BootPlan(situation) { _ in ProfileFacts(installs: installs) }
  }

  /// All but scripts, which are at hand already where a plan says to serve them.
  private func carryOut(
    _ plan: BootPlan, _ request: Request, _ identity: BootIdentity, of machine: Machine? = nil
  ) -> Outcome {
    switch plan {
    case .ask: return identify(request)
    case .writeDown: return contact(request, identity)
    case .hold(let hold): return .respond(Self.held(hold, machine))
    case .localDisk(let why): return .respond(Self.local(why, identity, machine))
    case .nameless(let sharing): return .respond(Self.nameless(identity, sharing))
    case .beginInstall(let entry), .serve(let entry, _):
      // Only where a machine's own state leads to no script: the plan knows no better one.
      return .respond(Self.held(.saysUUID(of: entry.machine.id), machine))
    }
  }

  private static func nameless(_ identity: BootIdentity, _ sharing: [SharedNames]) -> Response {
    guard let serial = identity.serial else {
      var response = Response.line(
        .badRequest,
        "no uuid and no mac here tells one machine from another, so none can be found or made")
      response.note = LogText.pair("event", "no-identity")
      return response
    }
    let error: MachineError =
      sharing.isEmpty
      ? .unknownMachine(serial) : .ambiguous(serial, sharing.map(\.machine))
    return error.response("no-identity")
  }

  /// A machine that was never seen, or has no profile yet: it is written down, and matched.
  private func contact(_ request: Request, _ identity: BootIdentity) -> Outcome {
    let (register, who, now) = (register, request.who, machines.now)
    let handler = Waiting(policy: machines.unmatched)
    return .work { done in
      register.contact(identity, who: who) { result in
        switch result {
        case .failure(let error): done(.respond(Self.held(error)))
        case .success(let reply):
          if let entry = reply.entry { register.seen(entry.machine.id, now) }
          guard let entry = reply.entry, entry.machine.state == .unknown else {
            return done(.handleAgain)
          }
          done(.respond(handler.response(entry, reply.choice, identity)))
        }
      }
    }
  }

  /// The answer to a machine without a profile, when it is written down.
  private struct Waiting: Sendable {
    let policy: Unmatched

    func response(
      _ entry: Roster.Entry, _ choice: Choice, _ identity: BootIdentity
    ) -> Response {
      var situation = BootSituation(identity, found: .known(entry, sharing: []))
      situation.policy = policy == .local ? .local : .hold
      situation.choice = choice
      switch BootPlan(situation, facts: { _ in ProfileFacts(installs: nil) }) {
      case .localDisk(let why):
        return MachineBootHandler.local(why, identity, entry.machine)
      case .hold(let hold): return MachineBootHandler.held(hold, entry.machine)
      case .ask, .writeDown, .beginInstall, .serve, .nameless:
        return MachineBootHandler.held(.unmatched(entry.machine.id), entry.machine)
      }
    }
  }

  /// A record that somebody has edited, or that could not be read.
  private func reread(_ id: MachineID) -> Outcome {
    let register = register
    return .work { done in register.reread(id) { _ in done(.handleAgain) } }
  }

  /// Looks once more at a record that could not be used.
  private func lookAgain(
    _ id: MachineID, _ error: MachineError, _ identity: BootIdentity, _ isLook: Bool
  ) -> Outcome {
    let held = Self.held(.record(id, error.description, isSaid: identity.says(id)), nil)
    if isLook { return .respond(held) }
    let register = register
    return .work { done in
      register.reread(id) { result in
        if case .success(let reply) = result, reply.entry != nil { return done(.handleAgain) }
        done(.respond(held))
      }
    }
  }

  private func script(
    _ request: Request, _ identity: BootIdentity, _ entry: Roster.Entry, _ found: Identification
  ) -> Outcome {
    let machine = entry.machine
    let isLook = request.head.method == .head
    let profile = Array((machine.profile ?? "").utf8)
    let occasion: ScriptOccasion
    switch machine.state {
    case .configured, .installing: occasion = .installing
    case .unknown, .installed, .running:
      occasion = .settled(platform: identity.platform ?? machine.platform)
    }
    do throws(Interruption) {
      let script = try scripts.script(request, profile, occasion)
      var response = script.response(
        query: Array("?machine=\(machine.id)&token=\(entry.token)".utf8))
      response.note += Self.note(machine)
      switch plan(found, identity, isLook, installs: script.begins) {
      case .beginInstall: return begin(request, identity, machine.id, response)
      case .serve(_, let occasion):
        if !isLook { register.booted(machine.id, machines.now) }
        if !isLook, occasion == .install {
          register.beginInstall(machine.id, for: identity, who: request.who) { _ in }
        }
        return .respond(response)
      case let other: return carryOut(other, request, identity, of: machine)
      }
    } catch {
      switch error {
      case .pending(let file): return .wait(file)
      case .failed(let failure):
        return carryOut(
          BootPlan.unusable(machine, failure.sentence), request, identity, of: machine)
      }
    }
  }

  /// The installer's script is served only when it is written down that it was.
  private func begin(
    _ request: Request, _ identity: BootIdentity, _ id: MachineID, _ response: Response
  ) -> Outcome {
    let (register, who, machines) = (register, request.who, machines)
    return .work { done in
      register.beginInstall(id, for: identity, who: who) { result in
        switch result {
        case .success:
          register.booted(id, machines.now)
          done(.respond(response))
        case .failure(let error): done(.respond(Self.held(error)))
        }
      }
    }
  }

  private static func local(
    _ why: BootPlan.LocalDisk, _ identity: BootIdentity, _ machine: Machine?
  ) -> Response {
    var response = Response(.ok)
    response.add("Content-Type", ContentType.text)
    response.body = [
      .bytes(LocalBootScript.render(platform: identity.platform ?? machine?.platform))
    ]
    response.note = LogText.pair("event", "local-boot")
    switch why {
    case .inUse, .allInUse: break
    case .broken(_, let problem):
      response.note += LogText.pair("warning", problem)
      response.isWarning = true
    case .insteadOf(let hold):
      response.note += LogText.pair("by", hold.reason.rawValue) + LogText.pair("held", hold.log)
    }
    if let machine { response.note += note(machine) }
    return response
  }

  private static func held(_ error: MachineError) -> Response {
    if case .held(let hold) = error { return held(hold, nil) }
    if case .otherHardware(let id) = error { return held(.otherHardware(id), nil) }
    return held("machine", error.description, log: error.description)
  }

  /// "Not yet": iPXE asks again by itself.
  private static func held(_ hold: Hold, _ machine: Machine?) -> Response {
    var response = held(hold.reason.rawValue, hold.console, log: hold.log)
    if let machine { response.note += note(machine) }
    return response
  }

  private static func held(_ word: String, _ reason: String, log: String) -> Response {
    var response = Response.retryLater(
      seconds: holdSeconds, LogText.oneLine("this machine is held: \(reason)"))
    response.note =
      LogText.pair("event", "held") + LogText.pair("by", word) + LogText.pair("error", log)
    return response
  }

  private static func note(_ machine: Machine) -> [UInt8] {
    // An ID, a state: nothing in them needs quotes.
    Array(" machine=\(machine.id) state=\(machine.state)".utf8)
  }
}

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
    guard identity.canIdentify else { return findBySerial(request, identity) }
    switch register.find(identity, now: isLook ? nil : machines.now) {
    case .unavailable: return .respond(Self.held("state", MachineRegister.problemForClients))
    case .held(let id, let error): return mended(id, error, isLook)
    case .new:
      if isLook { return .respond(Self.held("unknown", "a machine that was never seen")) }
      return contact(request, identity)
    case .known(let entry, let isFresh):
      guard isFresh else { return reread(entry.machine.id) }
      if !isLook, !entry.machine.knows(identity) { observe(request, entry, identity) }
      if entry.machine.state == .unknown {
        return isLook
          ? .respond(Self.unmatched(entry, .none, machines.unmatched)) : contact(request, identity)
      }
      return script(request, entry, identity.platform, isLook)
    }
  }

  private func findBySerial(_ request: Request, _ identity: BootIdentity) -> Outcome {
    guard let serial = identity.serial else {
      var response = Response.line(
        .badRequest,
        "no uuid and no mac here tells one machine from another, so none can be found or made")
      response.note = LogText.pair("event", "no-identity")
      return .respond(response)
    }
    if let problem = register.clientProblem { return .respond(Self.held("state", problem)) }
    let ids = register.published.withLock { $0.roster.machines(serial: serial) }
    guard ids.count <= 1 else {
      return .respond(MachineError.ambiguous(serial, ids).response("no-identity"))
    }
    guard let id = ids.first, let entry = register.entry(id) else {
      return .respond(MachineError.unknownMachine(serial).response("no-identity"))
    }
    let isLook = request.head.method == .head
    if entry.machine.state == .unknown {
      return .respond(Self.unmatched(entry, .none, machines.unmatched))
    }
    return script(request, entry, identity.platform, isLook)
  }

  /// A machine that was never seen, or has no profile yet: it is written down, and matched.
  private func contact(_ request: Request, _ identity: BootIdentity) -> Outcome {
    let (register, who, policy) = (register, request.who, machines.unmatched)
    let now = machines.now
    return .work { done in
      register.contact(identity, who: who) { result in
        switch result {
        case .failure(let error): done(.respond(Self.held("machine", error.description)))
        case .success(let reply):
          if let entry = reply.entry { register.seen(entry.machine.id, now) }
          guard let entry = reply.entry, entry.machine.state == .unknown else {
            return done(.handleAgain)
          }
          done(.respond(Self.unmatched(entry, reply.choice, policy)))
        }
      }
    }
  }

  /// A record that somebody has edited, or that could not be read.
  private func reread(_ id: MachineID) -> Outcome {
    let register = register
    return .work { done in register.reread(id) { _ in done(.handleAgain) } }
  }

  /// Looks once more at a record that could not be used.
  private func mended(_ id: MachineID?, _ error: MachineError, _ isLook: Bool) -> Outcome {
    guard let id, !isLook else { return .respond(Self.held("record", error.description)) }
    let register = register
    return .work { done in
      register.reread(id) { result in
        if case .success(let reply) = result, reply.entry != nil { return done(.handleAgain) }
        done(.respond(Self.held("record", error.description)))
      }
    }
  }

  /// What a boot tells anew of a known machine is written down beside; the boot goes on.
  private func observe(_ request: Request, _ entry: Roster.Entry, _ identity: BootIdentity) {
    register.observe(entry.machine.id, identity, who: request.who)
  }

  /// - Parameter platform: as this boot told it.
  private func script(
    _ request: Request, _ entry: Roster.Entry, _ platform: String?, _ isLook: Bool
  ) -> Outcome {
    let machine = entry.machine
    let platform = platform ?? machine.platform
    let profile = Array((machine.profile ?? "").utf8)
    let occasion: ScriptOccasion
    switch machine.state {
    case .configured, .installing: occasion = .installing
    case .unknown, .installed, .running: occasion = .settled(platform: platform)
    }
    do throws(Interruption) {
      let script = try scripts.script(request, profile, occasion)
      if script.begins, machine.state == .configured, !isLook { return begin(request, machine.id) }
      if !isLook { register.booted(machine.id, machines.now) }
      var response = script.response(
        query: Array("?machine=\(machine.id)&token=\(entry.token)".utf8))
      response.note += Self.note(machine)
      return .respond(response)
    } catch {
      switch error {
      case .pending(let file): return .wait(file)
      case .failed(let failure): return .respond(broken(failure, machine, platform))
      }
    }
  }

  /// The installer's script is served only when it is written down that it was.
  private func begin(_ request: Request, _ id: MachineID) -> Outcome {
    let (register, who) = (register, request.who)
    return .work { done in
      register.beginInstall(id, who: who) { result in
        switch result {
        case .success: done(.handleAgain)
        case .failure(let error): done(.respond(Self.held("machine", error.description)))
        }
      }
    }
  }

  /// The profile cannot be used: what is on a machine's disk still can.
  private func broken(_ failure: Failure, _ machine: Machine, _ platform: String?) -> Response {
    let problem = failure.sentence
    guard machine.installedAt != nil else {
      var response = Self.held("profile", problem)
      response.note += Self.note(machine)
      return response
    }
    var response = Self.local(platform)
    response.note += LogText.pair("warning", problem) + Self.note(machine)
    response.isWarning = true
    return response
  }

  private static func unmatched(
    _ entry: Roster.Entry, _ choice: Choice, _ policy: Unmatched
  ) -> Response {
    let machine = entry.machine
    let hint = "claim it with: coreos-ipxe-server machines claim \(machine.id) --profile NAME"
    var response: Response
    switch choice {
    case .tie(let files):
      response = Self.held(
        "tie",
        "\(files.joined(separator: " and ")) ask for it with the same right;"
          + " give one a \"priority\"")
    case .broken(let problem): response = Self.held("profile", problem)
    case .resembles(let other):
      response = Self.held(
        "resemblance",
        "its mac and serial are those of machine \(other); if it is that one with a new uuid, say:"
          + " coreos-ipxe-server machines set \(other) uuid=\(machine.uuid?.description ?? "")"
          + ", if not: machines claim \(machine.id) --profile NAME")
    case .none, .profile:
      response =
        policy == .local
        ? Self.local(machine.platform) : Self.held("unknown", "no profile takes it; \(hint)")
    }
    response.note += Self.note(machine)
    return response
  }

  private static func local(_ platform: String?) -> Response {
    var response = Response(.ok)
    response.add("Content-Type", ContentType.text)
    response.body = [.bytes(LocalBootScript.render(platform: platform))]
    response.note = LogText.pair("event", "local-boot")
    return response
  }

  /// "Not yet": iPXE asks again by itself.
  private static func held(_ what: String, _ reason: String) -> Response {
    var response = Response.retryLater(
      seconds: holdSeconds, LogText.oneLine("this machine is held: \(reason)"))
    response.note =
      LogText.pair("event", "held") + LogText.pair("by", what) + LogText.pair("error", reason)
    return response
  }

  private static func note(_ machine: Machine) -> [UInt8] {
    // An ID, a state: nothing in them needs quotes.
    Array(" machine=\(machine.id) state=\(machine.state)".utf8)
  }
}

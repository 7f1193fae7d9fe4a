// BootServer/Handlers: machines that boot.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers a machine that says who it is with the script for where it stands: ``BootSteps``, carried out.
///
/// Belongs to one loop.
final class MachineBootHandler {
  private let machines: MachineService
  private let scripts: ScriptHandler
  private let base: RequestBase
  private let freshness: RecordFreshness
  private let lack: ScriptLack

  init(
    machines: MachineService, scripts: ScriptHandler, files: AnswerFiles, base: RequestBase
  ) {
    self.machines = machines
    self.scripts = scripts
    self.base = base
    lack = ScriptLack(files)
    freshness = RecordFreshness(store: machines.register.store)
  }

  /// The script that asks a machine who it is.
  func identify(_ request: Request) -> Outcome {
    .respond(Self.identity(base.of(request), machines.command))
  }

  private static func identity(_ base: [UInt8], _ command: OwnCommand) -> Response {
    var response = Response(.ok)
    response.add("Content-Type", ContentType.text)
    response.body = [.bytes(command.completed(script: IdentityScript.render(base: base)))]
    response.event = Event(.identify)
    return response
  }

  func respond(_ request: Request, _ identity: BootIdentity) -> Outcome {
    var boot = identity
    if case .v4 = request.peer.host { boot.ip = request.peer.hostText }
    if case .v6 = request.peer.host { boot.ip = request.peer.hostText }
    let (freshness, turn) = (freshness, scripts.turn)
    let steps = BootSteps(
      boot, machines.register.snapshot, policy: machines.unmatched.policy,
      isLook: request.head.method == .head, who: request.who,
      isCurrent: { freshness.isCurrent($0, turn: turn) },
      hasSpentTries: { machines.hasSpentTries($0) })
    let next: BootStep<RenderedScript>
    do throws(Interruption) {
      next = try steps.next { (name, occasion, entry) throws(Interruption) in
        try script(request, name, occasion, entry)
      }
    } catch {
      switch error {
      case .pending(let file): return .wait(file)
      case .refused(let response): return .respond(response)
      case .failed(let failure): return .respond(failure.response())
      }
    }
    switch next {
    case .answer(let answer):
      if let found = steps.news { machines.register.observe(found, boot, who: request.who) }
      if case .localDisk(_, let machine?) = answer, !steps.situation.isLook {
        machines.register.sightings.boot(machine.id, machines.now)
      }
      return .respond(Self.response(answer, steps.situation, machines, base.of(request)))
    case .work(let job, let answer):
      let (machines, situation, base) = (machines, steps.situation, base.of(request))
      return machines.boot(job) { outcome in
        guard let answer = answer(outcome) else { return .handleAgain }
        return .respond(Self.response(answer, situation, machines, base))
      }
    }
  }

  /// A file that is not at hand yet is waited for; any other failure is what the profile suffers from.
  private func script(
    _ request: Request, _ profile: String, _ occasion: ScriptOccasion, _ entry: Roster.Entry?
  ) throws(Interruption) -> ProfileScript<RenderedScript> {
    do throws(Interruption) {
      let script = try scripts.script(request, Array(profile.utf8), occasion)
      guard let entry else {
        return .usable(script, installs: script.installs, lack: script.lack.map { .file($0) })
      }
      // A value that fits nowhere must be known before anything is written down.
      switch Result(catching: { () throws(ScriptFailure) in try script.tried(for: entry) }) {
      case .failure(let failure): throw .failed(failure)
      case .success(let script):
        return .usable(
          script, installs: script.installs, lack: try lack.hold(script, for: entry, request))
      }
    } catch {
      guard case .failed(let failure) = error else { throw error }
      let (told, logged) = (failure.told, failure.sentence)
      return .unusable(told, logged: told == logged ? nil : logged)
    }
  }

  private static func response(
    _ answer: BootAnswer<RenderedScript>, _ situation: BootSituation, _ machines: MachineService,
    _ base: [UInt8]
  ) -> Response {
    let (register, isLook) = (machines.register, situation.isLook)
    switch answer {
    case .whoAreYou: return identity(base, machines.command)
    case .script(let script, let entry):
      if isLook { return script.response(for: entry) }
      register.sightings.boot(entry.machine.id, machines.now, version: script.version)
      register.holds.release(entry.machine.id)
      return script.response(for: entry)
    case .installer(let script, let entry):
      return isLook ? script.response(for: entry) : machines.installer(script, entry)
    case .localDisk(let why, let machine):
      if let machine, !isLook { register.sightings.see(machine.id, machines.now) }
      return machines.local(why, machine, situation.boot, isLook: isLook)
    case .hold(let hold, let machine):
      if let machine, !isLook { register.sightings.see(machine.id, machines.now) }
      return machines.held(hold, machine, isLook: isLook)
    case .refused(let error, let machine): return machines.held(by: error, machine)
    case .nameless(let serial, let sharing): return nameless(answer, serial, sharing)
    }
  }

  private static func nameless(
    _ answer: BootAnswer<RenderedScript>, _ serial: String?, _ sharing: [SharedNames]
  ) -> Response {
    let line = LogText.oneLine(answer.console ?? "")
    let status: Status = serial == nil ? .badRequest : sharing.isEmpty ? .notFound : .conflict
    var response = Response.line(status, line)
    response.event = Event(.noIdentity)
    if let serial {
      let error =
        sharing.isEmpty
        ? MachineError.unknownMachine(serial) : .ambiguous(serial, sharing.map(\.machine))
      response.event.add("error", LogText.oneLine(error.description))
    }
    return response
  }
}

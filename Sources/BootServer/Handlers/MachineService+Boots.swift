// BootServer/Handlers: answers to machines that boot.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

extension MachineService {
  /// Seconds until a machine that is held asks again: soon, for a person may be waiting.
  private static let holdSeconds = 5

  /// "Not yet": iPXE asks again by itself.
  ///
  /// - Parameter machine: which is held, where that is known.
  func held(_ hold: Hold, _ machine: Machine?, isLook: Bool = false) -> Response {
    var response = Response.retryLater(
      seconds: Self.holdSeconds,
      LogText.oneLine(command.completed("this machine is held: \(hold.console)")))
    response.event = Event(
      .held,
      ["by": .text(hold.reason.rawValue), "error": .text(command.completed(hold.log))])
    if !isLook { note(hold, of: machine, in: &response.event) }
    if let machine { response.event.isAbout(machine) }
    return response
  }

  /// Writes down who is held; where several fit, each of them is. Who asks again every few seconds is not
  /// in the log each time.
  private func note(_ hold: Hold, of machine: Machine?, in event: inout Event) {
    var held = [machine?.id].compactMap { $0 }
    if case .several(let ids) = hold { held += ids }
    let news = held.map { register.holds.hold($0, hold, now) }
    if !news.isEmpty, !news.contains(true) { event.severity = .debug }
  }

  /// A machine that could not be written down, or whose record cannot be used.
  func held(by error: MachineError, _ machine: Machine?) -> Response {
    if case .held(let hold) = error { return held(hold, machine) }
    if case .otherHardware(let id) = error { return held(.otherHardware(id), machine) }
    var response = Response.retryLater(
      seconds: Self.holdSeconds,
      LogText.oneLine(command.completed("this machine is held: \(error.console)")))
    let hold: Hold =
      switch error {
      case .notKept, .notKnown, .tooManyStrangers: .state
      default: .record(machine?.id, error.description, isSaid: false)
      }
    response.event = Event(
      .held,
      ["by": .text(hold.reason.rawValue), "error": .text(command.completed(error.description))])
    note(hold, of: machine, in: &response.event)
    if let machine { response.event.isAbout(machine) }
    return response
  }

  /// The script for a machine's own disk.
  func local(
    _ why: BootPlan.LocalDisk, _ machine: Machine?, _ boot: BootIdentity, isLook: Bool
  ) -> Response {
    if let machine, !isLook {
      if case .insteadOf = why {} else { register.holds.release(machine.id) }
    }
    var response = Response(.ok)
    response.add("Content-Type", ContentType.text)
    response.body = [.bytes(localBoot.script(platform: boot.platform ?? machine?.platform))]
    response.event = Event(.localBoot)
    response.context = ScriptMark(localDiskOf: machine)
    switch why {
    case .inUse: break
    case .broken(_, let problem): response.event.warn(problem)
    case .allInUse(let ids):
      let names = ids.prefix(5).map(\.description).joined(separator: " ")
      response.event.warn("several machines in use fit: \(names)")
    case .insteadOf(let hold):
      response.event.add("by", hold.reason.rawValue)
      response.event.add("error", command.completed(hold.log))
    }
    if case .insteadOf(let hold) = why, !isLook {
      note(hold, of: machine, in: &response.event)
      // It boots, and is gone: each time is a line.
      response.event.severity = .info
    }
    if let machine { response.event.isAbout(machine) }
    return response
  }

  /// Whether a machine's installer was served as often as it may be; what it asks for within a minute of
  /// that belongs to the last try.
  func hasSpentTries(_ id: MachineID) -> Bool {
    guard tries.limit > 0 else { return false }
    let seen = register.sightings[id]
    guard seen.tries >= tries.limit else { return false }
    return !seen.isSameTry(now, seconds: tries.sameSeconds)
  }

  /// The installer's script, which counts as a try until the machine reports.
  func installer(_ script: RenderedScript, _ entry: Roster.Entry) -> Response {
    let id = entry.machine.id
    let tries = register.sightings.serve(
      id, now, version: script.version, sameTrySeconds: tries.sameSeconds)
    register.holds.release(id)
    var response = script.response(for: entry)
    guard tries > 1 else { return response }
    response.event.warn("its installer was served \(tries) times, and it has not reported")
    return response
  }
}

extension Event {
  /// Names a machine, and how it stands.
  mutating func isAbout(_ machine: Machine) {
    if case .profile(let name)? = subject { add("profile", .bytes(name)) }
    subject = .machine(machine.id.description)
    add("state", machine.state.rawValue)
    if let platform = machine.platform { add("platform", platform) }
  }
}

extension MachineService {
  /// Has a job done, and answers with what comes of it.
  func work(
    _ job: MachineJob, _ answer: @escaping @Sendable (MachineJob.Outcome) -> WorkResult
  ) -> Outcome {
    let register = register
    return .work { done in register.submit(job) { done(answer($0)) } }
  }

  /// The same for a machine that boots, which waits for no disk of another host that does not answer.
  func boot(
    _ job: MachineJob, _ answer: @escaping @Sendable (MachineJob.Outcome) -> WorkResult
  ) -> Outcome {
    guard job.isLook, register.store.isFarAway else { return work(job, answer) }
    let (register, looks) = (register, looks)
    return .work { done in
      looks.submit(.chore("\(job.subject)")) {
        done(answer(BriefWait.outcome(of: job, register)))
      }
    }
  }
}

// BootServerTests/Model: requests, and what comes of them.
// SPDX-License-Identifier: Apache-2.0

import Boot
import TestSupport
import Text

@testable import BootServer

/// One request on its way through the server.
struct ModelJob {
  let job: MachineJob
  /// Says what is so once the job has been decided.
  let done: (MachineJob.Outcome, _ tick: Int) -> Void
}

/// A boot that is being answered.
private final class ModelBoot {
  let board: Int?
  let identity: BootIdentity
  var answer: BootAnswer<String>?
  var isDone = false

  init(_ board: Int?, _ identity: BootIdentity) {
    self.board = board
    self.identity = identity
  }
}

extension ModelWorld {
  /// Has requests decided in one batch, then finishes those boots that are to be looked at once more.
  func perform(_ requests: [ModelRequest]) {
    guard server != nil else { return }
    var boots: [ModelBoot] = []
    var jobs: [ModelJob] = []
    for request in requests {
      switch request {
      case .boot(let saying):
        guard let board = state.boards[saying.board] else { continue }
        boots.append(ModelBoot(saying.board, board.identity(saying)))
      case .stranger(let uuid, let mac, let serial):
        boots.append(ModelBoot(nil, BootIdentity(uuid: uuid, mac: mac, serial: serial)))
      case .report(let board, let report): jobs += self.report(board, report)
      case .strangerReports(let report):
        guard let script = state.stolen.last else { continue }
        jobs.append(
          ModelJob(
            job: .report(script.record, report, token: script.token, who: "10.9.9.9"),
            done: { _, _ in }))
      case .say(let name, let word): jobs += say(name, word)
      case .same(let id): jobs.append(same(.same([id], why: "asked for", who: "ann")))
      case .allOneToOne: jobs.append(same(.allOneToOne(why: "asked for", who: "ann")))
      }
    }
    let first = boots.flatMap { step($0) }
    turn(first + jobs)
    for boot in boots { finish(boot) }
  }

  /// One boot, until it is answered.
  func answer(_ saying: Saying) -> BootAnswer<String>? {
    guard server != nil, let board = state.boards[saying.board] else { return nil }
    let boot = ModelBoot(saying.board, board.identity(saying))
    finish(boot)
    return boot.answer
  }

  private func finish(_ boot: ModelBoot) {
    // As often as an event loop handles a request again.
    for _ in 0..<16 where !boot.isDone {
      let jobs = step(boot)
      if !jobs.isEmpty { turn(jobs) }
      if violation != nil { return }
    }
    if !boot.isDone, isHealthy { fail(5, "\(boot.identity) is looked at again and again") }
  }

  private func step(_ boot: ModelBoot) -> [ModelJob] {
    guard let server else { return [] }
    let store = server.store
    let steps = BootSteps(
      boot.identity, server.snapshot, policy: state.isLocal ? .local : .hold,
      who: boot.identity.ip ?? "", isCurrent: { store.isCurrent($0) })
    let next: BootStep<String> = steps.next { name, _, _ in profiles.withLock { $0.script(name) } }
    switch next {
    case .answer(let answer):
      deliver(answer, boot)
      guard steps.news != nil else { return [] }
      return [
        ModelJob(
          job: .observe(boot.identity, who: boot.identity.ip ?? ""), done: { _, _ in })
      ]
    case .work(let job, let answer):
      return [
        ModelJob(job: job) { [self] outcome, _ in
          if let answer = answer(outcome) { deliver(answer, boot) }
        }
      ]
    }
  }

  private func deliver(_ answer: BootAnswer<String>, _ boot: ModelBoot) {
    boot.answer = answer
    boot.isDone = true
    counters.boots += 1
    let who = boot.board.map { "board \($0)" } ?? "a stranger"
    tell(
      "\(who) (\(ModelNames.names(of: boot.identity).sorted().joined(separator: " "))): \(words(answer))"
    )
    check(answer, boot.identity)
    guard case .installer(_, let entry) = answer else { return }
    counters.installers += 1
    let script = ModelBoard.Script(record: entry.machine.id, token: entry.token)
    guard let board = boot.board else {
      state.stolen.append(script)
      return
    }
    checkInstaller(board, boot.identity, entry.machine)
    state.boards[board]?.script = script
  }

  private func words(_ answer: BootAnswer<String>) -> String {
    switch answer {
    case .whoAreYou: "who are you"
    case .script(_, let entry): "script of \(ModelNames.story(entry.machine))"
    case .installer(_, let entry): "INSTALLER of \(ModelNames.story(entry.machine))"
    case .localDisk(.insteadOf(let hold), _): "its own disk instead of \(hold.reason)"
    case .localDisk: "its own disk"
    case .hold(let hold, _): "held, \(hold.reason): \(hold.log)"
    case .refused(let error, _): "held: \(error)"
    case .nameless: "nameless"
    }
  }

  private func report(_ number: Int, _ report: MachineState) -> [ModelJob] {
    guard let disk = state.boards[number]?.disk else { return [] }
    let job = MachineJob.report(disk.record, report, token: disk.token, who: "10.0.0.1")
    return [
      ModelJob(job: job) { [self] outcome, tick in
        guard case .success(let reply) = outcome, let machine = reply.entry?.machine else {
          return tell("board \(number) reports \(report): \(Self.words(outcome))")
        }
        tell("board \(number) reports \(report): \(ModelNames.story(machine))")
        counters.reports += 1
        guard machine.isInUse, state.boards[number]?.disk?.inUseSince == nil else { return }
        // A report that comes again says nothing new.
        let since = state.ledger.useSince[machine.id] ?? tick
        state.boards[number]?.disk?.inUseSince = since
        state.boards[number]?.disk?.machine = machine
      }
    ]
  }

  static func words(_ outcome: MachineJob.Outcome) -> String {
    switch outcome {
    case .success(let reply): reply.entry.map { ModelNames.story($0.machine) } ?? "done"
    case .failure(let error): "refused: \(error)"
    }
  }
}

// BootServer/Handlers: how the state directory is.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

/// Answers for `/state`: its condition, the word that ends careful, and a backup.
struct StateHandler {
  let machines: MachineService

  private var register: MachineRegister { machines.register }

  func trust(_ request: Request) -> Outcome {
    let register = register
    return machines.chore("state") { Self.trust(register, who: request.who) }
  }

  func backup() -> Outcome {
    let register = register
    return machines.chore("backup") { Self.backup(register) }
  }

  func condition() -> Outcome {
    var response = Response(
      .ok, text: JSONWriter.text(Self.condition(register), indent: 2) + "\n",
      type: "application/json")
    response.event = Event(.state)
    return .respond(response)
  }

  private static func condition(_ register: MachineRegister) -> JSON {
    let (store, trail) = (register.store.condition, register.trail.condition)
    let counters = store.counters
    func number(_ name: String, _ value: Int) -> JSON.Member {
      JSON.Member(name, .number(String(value)))
    }
    func text(_ name: String, _ value: String?) -> JSON.Member {
      JSON.Member(name, value.map { .string($0) } ?? .null)
    }
    let held = register.holds.counts.sorted { $0.key.rawValue < $1.key.rawValue }
    return .object([
      JSON.Member("format", store.format.map { .number(String($0)) } ?? .null),
      text("id", store.id), number("batch", store.batch), text("careful", store.careful),
      number("behind", store.behind), text("problem", register.snapshot.problem ?? store.problem),
      number("machines", register.snapshot.roster.count),
      number("journalBytes", store.journalBytes),
      number("oldestUnflushedSeconds", counters.oldestUnflushedSeconds),
      number("batches", counters.batches), number("changes", counters.changes),
      number("flushMicroseconds", counters.flushMicroseconds),
      number("decideMicroseconds", register.decideMicroseconds),
      number("checkpoints", counters.checkpoints), number("refused", counters.refused),
      number("notKnown", counters.notKnown), number("failures", counters.failures),
      number("queue", register.waitingJobs),
      JSON.Member("held", .object(held.map { number($0.key.rawValue, $0.value) })),
      JSON.Member(
        "trail",
        .object([
          number("waiting", trail.waiting), JSON.Member("isBehind", .bool(trail.isBehind)),
          text("problem", trail.problem),
        ])),
    ])
  }

  private static func trust(_ register: MachineRegister, who: String) -> Response {
    var response: Response
    do throws(StoreError) {
      let reason = register.store.condition.careful
      try register.trust()
      response = Response(
        .ok,
        text: reason.map { "This state is the right one; no more: \($0).\n" }
          ?? "Nothing was in doubt.\n")
    } catch {
      response = .retryLater(seconds: 5, LogText.oneLine(error.description))
    }
    response.event = Event(.stateTrust, ["by": .text(who)])
    return response
  }

  private static func backup(_ register: MachineRegister) -> Response {
    var response: Response
    do throws(StoreError) {
      response = Response(.ok)
      response.add("Content-Type", "application/x-tar")
      response.body = [.bytes(try register.store.backup())]
    } catch {
      response = .retryLater(seconds: 5, LogText.oneLine(error.description))
    }
    response.event = Event(.stateBackup)
    return response
  }
}

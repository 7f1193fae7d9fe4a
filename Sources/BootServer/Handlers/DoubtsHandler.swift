// BootServer/Handlers: machines that may be known ones under new names.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

/// Answers for `/doubts`: the list, and what a person decides of it.
struct DoubtsHandler {
  let machines: MachineService

  func respond(_ request: Request) -> Outcome {
    let register = machines.register
    if let problem = register.snapshot.clientProblem {
      return .respond(Self.noted(.retryLater(seconds: 5, problem)))
    }
    guard request.head.method == .post else {
      return machines.chore("doubts") {
        Self.answer(register.snapshot.roster.doubts.map { Self.json($0, register.command) })
      }
    }
    do throws(MachineError) {
      return decide(try Decided(request.body), request)
    } catch {
      return .respond(error.response(.doubts))
    }
  }

  /// What a person has decided.
  private enum Decided {
    /// Each of these is the machine that it is in doubt with.
    case same([MachineID])
    /// So are all where there is no other one.
    case allOneToOne

    init(_ body: [UInt8]) throws(MachineError) {
      for member in try MachineEdit.members(of: body) {
        switch (member.name, member.value) {
        case ("allOneToOne", .bool(true)):
          self = .allOneToOne
          return
        case ("same", .array(let elements)):
          var ids: [MachineID] = []
          for element in elements {
            guard case .string(let text) = element, let id = MachineID(text) else {
              throw .badValue(
                key: "same", reason: "must be a list of IDs, as the column NEW has them")
            }
            ids.append(id)
          }
          self = .same(ids)
          return
        default: throw .unknownKey(member.name, nearest: "same")
        }
      }
      throw .badValue(key: "same", reason: "is missing")
    }
  }

  private func decide(_ decided: Decided, _ request: Request) -> Outcome {
    let why = "a person decided that it is the same machine"
    let job =
      switch decided {
      case .same(let ids): MachineJob.same(ids, why: why, who: request.who)
      case .allOneToOne: MachineJob.allOneToOne(why: why, who: request.who)
      }
    let register = machines.register
    return machines.work(job) { outcome in
      switch outcome {
      case .failure(let error): return .respond(error.response(.doubts))
      case .success(let reply):
        let answers = MachineAnswers(register.snapshot, register)
        return .respond(Self.answer(reply.entries.map { answers.answer($0.machine) }))
      }
    }
  }

  private static func json(_ doubt: Doubt, _ command: OwnCommand) -> JSON {
    let shares = doubt.names.map { name in
      JSON.object([
        JSON.Member("name", .string(name.kind)), JSON.Member("value", .string(name.value)),
      ])
    }
    return .object([
      JSON.Member("old", .string(doubt.old.description)),
      JSON.Member("new", .string(doubt.new.description)),
      JSON.Member("shares", .array(shares)),
      JSON.Member("oneToOne", .bool(doubt.isOneToOne)),
      JSON.Member("command", .string(command.completed(doubt.sameCommand))),
    ])
  }

  private static func answer(_ values: [JSON]) -> Response {
    let lines = values.map { JSONWriter.text($0) }
    let text = lines.isEmpty ? "[]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    return noted(Response(.ok, text: text, type: "application/json"))
  }

  private static func noted(_ response: Response) -> Response {
    var response = response
    response.event = Event(.doubts)
    return response
  }
}

// BootServer/Handlers: the machine API.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers for `/machines`: reports of machines with their token, everything else for those who may.
struct MachineAPI {
  let machines: MachineService

  private var register: MachineRegister { machines.register }

  func report(_ request: Request, _ name: String, _ state: MachineState) -> Outcome {
    guard let id = MachineID(name) else {
      return .respond(MachineError.unknownMachine(name).response(.report))
    }
    let token = MachineParameters(request.head).token
    if let refusal = refusal(id, token) { return .respond(refusal) }
    let machines = machines
    return machines.work(.report(id, state, token: token, who: request.who)) { outcome in
      switch outcome {
      case .failure(.unreadable(let file, let reason)):
        // Somebody will mend it, and the machine shall report then.
        let line = LogText.oneLine("\(file) cannot be used: \(reason)")
        var response = Response.retryLater(seconds: 5, line)
        response.event = Event(.report, ["error": .text(line)])
        return .respond(response)
      case .failure(let error): return .respond(error.response(.report))
      case .success:
        if state == .running { machines.register.sightings.boot(id, machines.now) }
        var response = Response(.noContent)
        response.event = Event(
          .report, subject: .machine(name), ["state": .text(state.rawValue)])
        return .respond(response)
      }
    }
  }

  /// Whoever has not even the token costs nobody else a moment.
  private func refusal(_ id: MachineID, _ token: String?) -> Response? {
    let snapshot = register.snapshot
    if let problem = snapshot.clientProblem { return unavailable(problem) }
    guard let entry = snapshot.machine(id) else {
      guard snapshot.roster.damage(of: id) == nil else { return nil }
      return MachineError.unknownMachine(id.description).response(.report)
    }
    if let token, BearerToken.isEqual(token, entry.token) { return nil }
    // Somebody may have edited the record a moment ago.
    return register.store.isCurrent(id) ? MachineError.badToken(id).response(.report) : nil
  }

  func list(_ request: Request) -> Outcome {
    let snapshot = register.snapshot
    if let problem = snapshot.clientProblem { return .respond(unavailable(problem)) }
    let tag = Array(
      "\"\(snapshot.number)-\(register.holds.revision)-\(Self.process)\"".utf8)
    let verdict = Self.verdict(tag, request.head)
    if verdict == .notModified {
      var response = Response(.notModified)
      response.add("ETag", tag)
      response.event = Event(.machines)
      return .respond(response)
    }
    let query: MachineQuery?
    do throws(MachineQuery.Bad) {
      query = try MachineQuery(request.head.query)
    } catch {
      return .respond(refused(.line(.badRequest, error.line)))
    }
    let (register, orders) = (register, machines.orders)
    return machines.chore(query == nil ? "list" : "page") {
      if let query {
        return MachinePage(query, snapshot, register).answer(orders, tag: tag)
      }
      let lines = MachineAnswers(snapshot, register).all.map { JSONWriter.text($0) }
      let text = lines.isEmpty ? "[]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n"
      var response = Response(.ok, text: text, type: Self.json)
      response.add("ETag", tag)
      response.event = Event(.machines)
      return response
    }
  }

  /// Tells the lists of two runs of a server apart.
  private static let process = Random.hex(bytes: 4)
  private static let json = "application/json"

  func record(_ request: Request, _ name: String) -> Outcome {
    if let problem = register.snapshot.clientProblem { return .respond(unavailable(problem)) }
    switch request.head.method {
    case .get, .head: return show(request, name)
    case .patch, .put: return edit(request, name)
    case .delete: return remove(request, name)
    // The table lets no other through.
    case .post, .options, .trace, .connect, .other: return .respond(Response(.methodNotAllowed))
    }
  }

  private func remove(_ request: Request, _ name: String) -> Outcome {
    let job = MachineJob.remove(
      name: name, who: request.who, isExpected: Self.expectation(request.head))
    return answering(job) { _ in
      var response = Response(.noContent)
      response.event = Event(.machineAPI, subject: .machine(name))
      return response
    }
  }

  private func show(_ request: Request, _ name: String) -> Outcome {
    let (register, head) = (register, request.head)
    return answering(.look(name)) { Self.answer($0, register, head, status: .ok) }
  }

  private func edit(_ request: Request, _ name: String) -> Outcome {
    let makes = request.head.method == .put
    let edit: MachineEdit
    do throws(MachineError) {
      edit = try MachineEdit(parsing: request.body, merges: !makes)
    } catch {
      return .respond(error.response(.machineAPI))
    }
    let register = register
    let job = MachineJob.edit(
      name: name, edit, makes: makes,
      why: edit.givesProfile.map { "claimed for profile \($0)" } ?? "asked for by the API",
      who: request.who, bytes: 512 + request.body.count,
      sightings: { register.sightings[$0] }, isExpected: Self.expectation(request.head))
    return answering(job) { reply in
      var response = Self.answer(reply, register, nil, status: reply.isNew ? .created : .ok)
      // A board has several cards, and boots from another one next.
      if makes, let machine = reply.entry?.machine, machine.isInUse, machine.uuid == nil,
        machine.macs.count == 1
      {
        response.add(
          "Warning",
          "299 - \"only boots from this card are known to be this machine; name its uuid, or all macs\""
        )
      }
      return response
    }
  }

  /// Has a job done; what it is refused for is the answer.
  private func answering(
    _ job: MachineJob, _ answer: @escaping @Sendable (MachineJob.Reply) -> Response
  ) -> Outcome {
    machines.work(job) { outcome in
      switch outcome {
      case .failure(let error): .respond(error.response(.machineAPI))
      case .success(let reply): .respond(answer(reply))
      }
    }
  }

  /// - Parameter head: for its conditions, where nothing has been changed.
  private static func answer(
    _ reply: MachineJob.Reply, _ register: MachineRegister, _ head: RequestHead?, status: Status
  ) -> Response {
    guard let machine = reply.entry?.machine else { return Response(.noContent) }
    let tag = Array(machine.entityTag.utf8)
    let verdict = head.map { Self.verdict(tag, $0) }
    if verdict == .failed {
      return MachineError.changed(machine.id).response(.machineAPI)
    }
    let text = JSONWriter.text(MachineAnswers(register.snapshot, register).answer(machine)) + "\n"
    var response =
      verdict == .notModified
      ? Response(.notModified) : Response(status, text: text, type: Self.json)
    response.add("ETag", tag)
    if status == .created { response.add("Location", "/machines/\(machine.id)") }
    response.event = Event(.machineAPI)
    response.event.isAbout(machine)
    return response
  }

  /// `If-Match` and `If-None-Match` of a change, for when its turn has come.
  private static func expectation(_ head: RequestHead) -> @Sendable (Machine?) -> Bool {
    { machine in
      guard let machine else { return head.first(.ifMatch) == nil }
      return verdict(Array(machine.entityTag.utf8), head) == .proceed
    }
  }

  /// Records have tags and no dates: whoever asks with a date alone gets what there is now.
  private static func verdict(_ tag: [UInt8], _ head: RequestHead) -> Preconditions.Verdict {
    Preconditions(entityTag: tag, modified: Int.max).verdict(for: head)
  }

  func audit(_ name: String) -> Outcome {
    let register = register
    return machines.chore("audit") {
      let known = try? register.snapshot.resolve(name)
      // A machine that was removed still has its trail.
      guard let id = known?.machine.id ?? MachineID(name) else {
        return MachineError.unknownMachine(name).response(.machineAPI)
      }
      do throws(GitFailure) {
        let entries = try register.trail.history(of: id)
        if entries.isEmpty, known == nil {
          return MachineError.unknownMachine(name).response(.machineAPI)
        }
        let lines = entries.map { entry in
          JSONWriter.text(
            .object([
              JSON.Member("time", .string(entry.time)),
              JSON.Member("commit", .string(entry.commit)),
              JSON.Member("change", .string(entry.subject)),
              JSON.Member("by", .string(entry.who)), JSON.Member("why", .string(entry.why)),
            ]))
        }
        let text = lines.isEmpty ? "[]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n"
        var response = Response(.ok, text: text, type: Self.json)
        response.event = Event(.machineAPI)
        return response
      } catch {
        return refused(.line(.notImplemented, LogText.oneLine(error.description)))
      }
    }
  }

  private func unavailable(_ problem: String) -> Response {
    refused(.retryLater(seconds: 5, problem))
  }

  private func refused(_ response: Response) -> Response {
    var response = response
    response.event = Event(.machineAPI)
    return response
  }
}

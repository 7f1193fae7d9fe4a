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

  func respond(_ request: Request) -> Outcome {
    let segments = Self.segments(request.head.path)
    guard let segments else {
      return .respond(refused(.line(.badRequest, "the path holds a malformed percent escape")))
    }
    if segments.count == 2, let state = Self.reports[segments[1]] {
      return report(request, segments[0], state)
    }
    if let refusal = refusal(request) { return .respond(refusal) }
    let method = request.head.method
    switch segments.count {
    case 0 where method == .get || method == .head: return list(request)
    case 1: return record(request, segments[0])
    case 2 where segments[1] == "audit" && (method == .get || method == .head):
      return audit(segments[0])
    default: return .respond(refused(.line(.notFound, "nothing is here; see docs/api.md")))
    }
  }

  private static let reports = ["installed": MachineState.installed, "running": .running]

  /// What stands behind `/machines`, decoded each by itself: a serial may hold a slash.
  private static func segments(_ path: ArraySlice<UInt8>) -> [String]? {
    let rest = path.dropFirst("/machines".utf8.count).drop { $0 == UInt8(ascii: "/") }
    var segments: [String] = []
    for segment in rest.split(separator: UInt8(ascii: "/")) {
      guard let bytes = PercentCoding.decoded(segment) else { return nil }
      segments.append(String(decoding: bytes, as: UTF8.self))
    }
    return segments
  }

  private func report(_ request: Request, _ name: String, _ state: MachineState) -> Outcome {
    guard request.head.method == .post else {
      var response = Response.line(.methodNotAllowed, "a report is a POST")
      response.add("Allow", "POST")
      return .respond(refused(response))
    }
    guard let id = MachineID(name) else {
      return .respond(MachineError.unknownMachine(name).response("report"))
    }
    let (machines, who) = (machines, request.who)
    let token = MachineParameters(request.head).token
    return .work { done in
      machines.register.report(id, state, token: token, who: who) { result in
        switch result {
        case .failure(.unreadable(let file, let reason)):
          // Somebody will mend it, and the machine shall report then.
          let line = LogText.oneLine("\(file) cannot be used: \(reason)")
          var response = Response.retryLater(seconds: 5, line)
          response.note = LogText.pair("event", "report") + LogText.pair("error", line)
          done(.respond(response))
        case .failure(let error): done(.respond(error.response("report")))
        case .success:
          if state == .running { machines.register.booted(id, machines.now) }
          var response = Response(.noContent)
          response.note =
            LogText.pair("event", "report") + LogText.pair("machine", name)
            + LogText.pair("state", state.rawValue)
          done(.respond(response))
        }
      }
    }
  }

  /// Who may: the owner of the socket, and on the network who has the token.
  private func refusal(_ request: Request) -> Response? {
    if request.isTrusted { return nil }
    guard let expected = machines.apiToken else {
      return refused(
        .line(
          .forbidden,
          "the machine API is on the Unix socket in the state directory; on the network it is"
            + " served with --api-token-file"))
    }
    if let token = BearerToken.of(request.head), BearerToken.isEqual(token, expected) {
      return nil
    }
    var response = Response.line(
      .unauthorized, "the machine API needs Authorization: Bearer and the server's token")
    response.add("WWW-Authenticate", "Bearer")
    return refused(response)
  }

  private func list(_ request: Request) -> Outcome {
    if let problem = register.clientProblem { return .respond(unavailable(problem)) }
    let tag = Array("\"\(register.published.withLock { $0.revision })-\(Self.process)\"".utf8)
    let verdict = Self.verdict(tag, request.head)
    if verdict == .notModified {
      var response = Response(.notModified)
      response.add("ETag", tag)
      response.note = LogText.pair("event", "machines")
      return .respond(response)
    }
    let register = register
    return machines.chore("list") {
      let (roster, sightings) = register.published.withLock { ($0.roster, $0.sightings) }
      let lines =
        roster.all.map { entry in
          JSONWriter.text(entry.machine.answer(sightings[entry.machine.id] ?? Machine.Sightings()))
        } + roster.damaged.map { JSONWriter.text(Machine.answer(damaged: $0.id, $0.error)) }
      let text = lines.isEmpty ? "[]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n"
      var response = Response(.ok, text: text, type: Self.json)
      response.add("ETag", tag)
      response.note = LogText.pair("event", "machines")
      return response
    }
  }

  /// Tells the lists of two runs of a server apart.
  private static let process = Random.hex(bytes: 4)
  private static let json = "application/json"

  private func record(_ request: Request, _ name: String) -> Outcome {
    if let problem = register.clientProblem { return .respond(unavailable(problem)) }
    let head = request.head
    switch head.method {
    case .get, .head: return show(request, name)
    case .patch, .put: return edit(request, name)
    case .delete:
      let (register, who) = (register, request.who)
      return .work { done in
        register.remove(name: name, who: who, isExpected: Self.expectation(head)) { result in
          switch result {
          case .failure(let error): done(.respond(error.response("machine-api")))
          case .success:
            var response = Response(.noContent)
            response.note = LogText.pair("event", "machine-api") + LogText.pair("machine", name)
            done(.respond(response))
          }
        }
      }
    case .post, .options, .trace, .connect, .other:
      var response = Response.line(
        .methodNotAllowed, "the methods here are GET, HEAD, PUT, PATCH, DELETE")
      response.add("Allow", "GET, HEAD, PUT, PATCH, DELETE")
      return .respond(refused(response))
    }
  }

  private func show(_ request: Request, _ name: String) -> Outcome {
    let machines = machines
    return .work { done in
      machines.register.look(name) { result in
        switch result {
        case .failure(let error): done(.respond(error.response("machine-api")))
        case .success(let reply):
          done(.respond(Self.answer(reply, machines.register, request.head, status: .ok)))
        }
      }
    }
  }

  private func edit(_ request: Request, _ name: String) -> Outcome {
    let makes = request.head.method == .put
    let edit: MachineEdit
    do throws(MachineError) {
      edit = try MachineEdit(parsing: request.body, merges: !makes)
    } catch {
      return .respond(error.response("machine-api"))
    }
    let (register, who, head) = (register, request.who, request.head)
    let why = edit.givesProfile.map { "claimed for profile \($0)" } ?? "asked for by the API"
    return .work { done in
      register.edit(
        name: name, edit, makes: makes, why: why, who: who, isExpected: Self.expectation(head)
      ) { result in
        switch result {
        case .failure(let error): done(.respond(error.response("machine-api")))
        case .success(let reply):
          done(
            .respond(Self.answer(reply, register, nil, status: reply.isNew ? .created : .ok)))
        }
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
      return MachineError.changed(machine.id).response("machine-api")
    }
    let sightings = register.published.withLock { $0.sightings[machine.id] }
    let text = JSONWriter.text(machine.answer(sightings ?? Machine.Sightings())) + "\n"
    var response =
      verdict == .notModified
      ? Response(.notModified) : Response(status, text: text, type: Self.json)
    response.add("ETag", tag)
    if status == .created { response.add("Location", "/machines/\(machine.id)") }
    response.note =
      LogText.pair("event", "machine-api") + LogText.pair("machine", machine.id.description)
      + LogText.pair("state", machine.state.rawValue)
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

  private func audit(_ name: String) -> Outcome {
    let register = register
    return machines.chore("audit") {
      let known = register.published.withLock { try? $0.roster.resolve(name) }
      // A machine that was removed still has its trail.
      guard let id = known?.machine.id ?? MachineID(name) else {
        return MachineError.unknownMachine(name).response("machine-api")
      }
      do throws(GitFailure) {
        let entries = try register.trail.history(of: id)
        if entries.isEmpty, known == nil {
          return MachineError.unknownMachine(name).response("machine-api")
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
        response.note = LogText.pair("event", "machine-api")
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
    response.note = LogText.pair("event", "machine-api")
    return response
  }
}

// BootServer/Handlers: configs.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

/// Answers for `/configs/`: files as they are, and where there is a template instead, that one
/// rendered for the machine whose token the request has, or for the profile that it names.
struct ConfigHandler {
  let tree: StaticTree
  let answers: AnswerFiles

  func respond(
    _ path: ArraySlice<UInt8>, _ request: Request, profile: [UInt8]?
  ) -> Outcome {
    let outcome = tree.respond(path, request)
    guard case .respond(let response) = outcome, response.status == .notFound else {
      return outcome
    }
    do throws(Interruption) {
      let file = String(decoding: path.dropFirst(), as: UTF8.self) + ".tmpl"
      guard path.last != 0x2f, let template = try answers.template(file, request) else {
        return vanished(file, request, profile: profile) ?? outcome
      }
      let reader = try reader(request, profile: profile)
      return try answers.rendered(template, for: reader, request).named(.config)
    } catch {
      switch error {
      case .pending(let file): return .wait(file)
      case .refused(let response): return Outcome.respond(response).named(.config)
      case .failed(let failure):
        let asker = (try? reader(request, profile: profile))?.asker ?? .profile
        return Outcome.respond(failure.response(for: asker)).named(.config)
      }
    }
  }

  /// A URL of ours was right when its script was made: 404 would be final.
  private func vanished(_ file: String, _ request: Request, profile: [UInt8]?) -> Outcome? {
    let parameters = MachineParameters(request.head)
    let name = file.dropLast(".tmpl".utf8.count)
    let failure = ScriptFailure.unusable("there is no \(name) and no \(file) any more")
    if let profile, parameters.machine == nil {
      var response = failure.response(for: .profile)
      response.event.subject = .profile(Array(profile.prefix(256)))
      return Outcome.respond(response).named(.config)
    }
    guard parameters.machine != nil,
      let reader = try? answers.machines.reader(parameters.machine, token: parameters.token),
      case .machine(let entry) = reader
    else { return nil }
    var response = failure.response(for: .machine)
    response.event.subject = .machine(entry.machine.id.description)
    return Outcome.respond(response).named(.config)
  }

  /// The machine, where one says who it is; else the profile that is named.
  private func reader(
    _ request: Request, profile: [UInt8]?
  ) throws(Interruption) -> AnswerFiles.Reader {
    let parameters = MachineParameters(request.head)
    if let profile, parameters.machine == nil { return .profile(profile) }
    return try answers.machines.reader(parameters.machine, token: parameters.token)
  }
}

extension MachineService {
  /// The machine that asks, by its name and present token.
  ///
  /// - Throws: a refusal for who is none, or has an old token.
  func reader(_ id: MachineID?, token: String?) throws(Interruption) -> AnswerFiles.Reader {
    let snapshot = register.snapshot
    if let problem = snapshot.clientProblem { throw .refused(.retryLater(seconds: 5, problem)) }
    if let id, snapshot.roster.damage(of: id) != nil {
      throw .refused(.retryLater(seconds: 5, "the record of machine \(id) cannot be used"))
    }
    guard let id, let entry = snapshot.machine(id), let token,
      BearerToken.isEqual(token, entry.token)
    else {
      throw .refused(
        .line(
          .forbidden,
          "this is rendered per machine, and needs the machine's present token, as its script has it"
        ))
    }
    return .machine(entry)
  }
}

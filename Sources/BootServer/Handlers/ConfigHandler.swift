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
    var asker = ScriptFailure.Asker.profile
    do throws(Interruption) {
      let file = String(decoding: path.dropFirst(), as: UTF8.self) + ".tmpl"
      guard path.last != 0x2f, let bytes = try answers.template(file, request) else {
        return outcome
      }
      switch answers.machines.reader(MachineParameters(request.head)) {
      case .failure(let refusal):
        guard let profile else { return .respond(noted(refusal.response)) }
        return noted(try answers.rendered(bytes, of: file, for: .profile(profile), request))
      case .success(let reader):
        asker = .machine
        return noted(try answers.rendered(bytes, of: file, for: reader, request))
      }
    } catch {
      switch error {
      case .pending(let file): return .wait(file)
      case .failed(let failure): return .respond(noted(failure.response(for: asker)))
      }
    }
  }

  private func noted(_ outcome: Outcome) -> Outcome {
    if case .respond(let response) = outcome { .respond(noted(response)) } else { outcome }
  }

  private func noted(_ response: Response) -> Response {
    var response = response
    response.event.name = .config
    return response
  }
}

extension MachineService {
  /// The machine that asks, by its name and present token.
  func reader(_ parameters: MachineParameters) -> Result<AnswerFiles.Reader, Refusal> {
    reader(parameters.machine, token: parameters.token)
  }

  /// - Returns: the machine, or the answer to who is none or has an old token.
  func reader(_ id: MachineID?, token: String?) -> Result<AnswerFiles.Reader, Refusal> {
    let snapshot = register.snapshot
    if let problem = snapshot.clientProblem {
      return .failure(Refusal(.retryLater(seconds: 5, problem)))
    }
    if let id, snapshot.roster.damage(of: id) != nil {
      return .failure(
        Refusal(.retryLater(seconds: 5, "the record of machine \(id) cannot be used")))
    }
    guard let id, let entry = snapshot.machine(id), let token,
      BearerToken.isEqual(token, entry.token)
    else {
      return .failure(
        Refusal(
          .line(
            .forbidden,
            "this config is rendered per machine, and needs the machine and the token that its"
              + " present script has")))
    }
    return .success(.machine(entry))
  }

  /// An answer in place of what was asked for.
  struct Refusal: Error {
    let response: Response
    init(_ response: Response) { self.response = response }
  }
}

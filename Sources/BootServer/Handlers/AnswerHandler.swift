// BootServer/Handlers: answers that an installer asks for by POST.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers `POST /answers/PROFILE`: an installer that was prepared once for all machines says which hardware it
/// runs on, and gets the answers of that machine.
///
/// So Proxmox VE's installer does (proxmox-auto-install-assistant prepare-iso --fetch-from http). It makes no
/// record and moves no state.
struct AnswerHandler {
  let tree: StaticTree
  let answers: AnswerFiles

  func respond(_ path: RequestPath, _ request: Request) -> Outcome {
    var asker = ScriptFailure.Asker.profile
    do throws(Interruption) {
      let entry = try machine(profile: path.name(at: 1), request)
      asker = .machine
      return try answer(entry, request).named(.answer)
    } catch {
      switch error {
      case .pending(let file): return .wait(file)
      case .refused(let response): return Outcome.respond(response).named(.answer)
      case .failed(let failure):
        return Outcome.respond(failure.response(for: asker)).named(.answer)
      }
    }
  }

  private func answer(
    _ entry: Roster.Entry, _ request: Request
  ) throws(Interruption) -> Outcome {
    guard
      case .file(let name, let isTemplate)? = try answers.values(.machine(entry), request).answers
    else { throw .failed(.unusable("its profile has no file as \"answers\"")) }
    let file = "configs/\(name)"
    guard isTemplate else {
      let outcome = tree.respond(Array("/\(file)".utf8)[...], request)
      guard case .respond(var response) = outcome else { return outcome }
      response.setCaching("no-store")
      response.event.subject = .machine(entry.machine.id.description)
      return .respond(response)
    }
    guard let template = try answers.template(file + ".tmpl", request) else {
      throw .failed(.unusable("there is no \(file) and no \(file).tmpl"))
    }
    return try answers.rendered(template, for: .machine(entry), request)
  }

  /// The machine that the body describes.
  ///
  /// - Throws: a refusal for whoever has no token, or is no machine that is being installed with the profile.
  private func machine(
    profile: String, _ request: Request
  ) throws(Interruption) -> Roster.Entry {
    guard let expected = answers.machines.answerToken, let token = BearerToken.of(request.head),
      BearerToken.isEqual(token, expected)
    else {
      throw .refused(
        .line(
          .forbidden,
          "answers for all machines need the server's --answer-token-file, and its token as"
            + " Authorization: Bearer"))
    }
    let snapshot = answers.machines.register.snapshot
    if let problem = snapshot.clientProblem { throw .refused(.retryLater(seconds: 5, problem)) }
    guard let body = try? JSONReader.read(request.body) else {
      throw .refused(.line(.badRequest, "the body must be JSON that describes the hardware"))
    }
    var found: [MachineID: Roster.Entry] = [:]
    for name in Self.names(in: body) {
      do throws(MachineError) {
        let entry = try snapshot.resolve(name)
        found[entry.machine.id] = entry
      } catch {
        if case .ambiguous = error { throw .refused(Self.unknown(profile, "several machines")) }
      }
    }
    guard found.count < 2 else { throw .refused(Self.unknown(profile, "several machines")) }
    guard let entry = found.values.first, entry.machine.profile == profile,
      entry.machine.state == .configured || entry.machine.state == .installing,
      snapshot.withheld(entry.machine.id) == nil
    else { throw .refused(Self.unknown(profile, "no machine")) }
    return entry
  }

  private static func unknown(_ profile: String, _ who: String) -> Response {
    .line(
      .forbidden,
      "the MACs and UUID in the body are those of \(who) that is to be installed with"
        + " \(LogText.oneLine(profile))")
  }

  /// MACs and the system's UUID, wherever the body has them.
  private static func names(in value: JSON, depth: Int = 0) -> Set<String> {
    guard depth < 8 else { return [] }
    switch value {
    case .object(let members):
      var names: Set<String> = []
      for member in members {
        if case .string(let text) = member.value {
          if member.name == "mac", let mac = MACAddress(text) { names.insert(mac.description) }
          if member.name == "uuid", let uuid = MachineUUID(text), !uuid.isJunk {
            names.insert(uuid.description)
          }
        }
        names.formUnion(Self.names(in: member.value, depth: depth + 1))
      }
      return names
    case .array(let elements):
      return Set(elements.flatMap { Self.names(in: $0, depth: depth + 1) })
    case .null, .bool, .number, .string: return []
    }
  }
}

extension Outcome {
  /// The same, known to the log by a name.
  func named(_ name: Event.Name) -> Outcome {
    guard case .respond(var response) = self else { return self }
    response.event.name = name
    return .respond(response)
  }
}

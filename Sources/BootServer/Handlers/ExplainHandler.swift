// BootServer/Handlers: why a boot gets what it gets, and what it would get.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers `GET /explain`, and `/boot.ipxe` with `preview=1`; neither changes anything.
struct ExplainHandler {
  let machines: MachineService
  let root: DataRoot
  let base: RequestBase

  /// By `machine=` or `profile=`, `as=`, and what a boot says of itself; with `machine=` and `profile=` what that
  /// machine would get if it were claimed for that profile.
  func explain(_ request: Request) -> Outcome {
    var question = BootQuestion()
    var profile: String?
    var parameters = QueryParameters(request.head.query ?? [])
    while let (rawName, rawValue) = parameters.nextRaw() {
      let name = text(rawName)
      let value = text(rawValue)
      switch name {
      case "machine": question.name = question.name ?? value
      case "profile": profile = profile ?? value
      case "as":
        guard let state = MachineState(rawValue: value) else {
          return Self.refused(.badRequest, "as=\(value) is no state of a machine")
        }
        question.state = state
      default: break
      }
    }
    question.boot = BootParameters(request.head.query).identity
    guard profile != nil || question.name != nil || question.boot.isAsked else {
      return Self.refused(.badRequest, "say whom: machine=ID, profile=NAME, or uuid=, mac=, ...")
    }
    let (handler, rehearsal) = (self, rehearsal(request))
    let (asked, name) = (question, profile)
    return machines.chore("explain") {
      handler.answer(asked, name, rehearsal())
    }
  }

  private func answer(
    _ question: BootQuestion, _ profile: String?, _ rehearsal: Rehearsal
  ) -> Response {
    var question = question
    var explainer = Explainer(root: root, rehearsal: rehearsal, command: machines.command)
    let explanation: Explanation
    if let profile, question.name == nil {
      guard machines.profiles.index(for: .own(also: profile), own: nil)[profile] != nil else {
        return Self.refusal(.notFound, "there is no profiles/\(profile).json")
      }
      explanation = explainer.explain(profile: profile)
    } else {
      do throws(MachineError) {
        if let profile, let name = question.name {
          let id = try rehearsal.snapshot.resolve(name).machine.id
          try explainer.rehearsal.claim(id, for: profile)
        }
        let claimed = explainer.rehearsal
        explainer.rehearsal = claimed.with(try question.settle(claimed.snapshot))
      } catch {
        return error.response(.explain)
      }
      explanation = explainer.explain(question.boot)
    }
    var response = Response(
      .ok, text: JSONWriter.text(explanation.json) + "\n", type: "application/json")
    response.event = Event(.explain)
    return response
  }

  /// The script that a machine would get, with `TOKEN` in place of its token.
  func preview(_ request: Request, _ identity: BootIdentity) -> Outcome {
    var boot = identity
    boot.ip = request.peer.hostText
    let (asked, base, rehearsal) = (boot, base.of(request), rehearsal(request))
    return machines.chore("explain") {
      var rehearsal = rehearsal()
      let answer = rehearsal.play(asked).answer
      var response: Response
      switch answer {
      case .script(let script, _), .installer(let script, _):
        response = Self.script(script.text)
      case .localDisk(_, let machine):
        response = Self.script(
          machines.localBoot.script(platform: asked.platform ?? machine?.platform))
      case .whoAreYou:
        response = Self.script(
          machines.command.completed(script: IdentityScript.render(base: base)))
      case .hold, .refused, .nameless:
        response = .retryLater(
          seconds: 5, LogText.oneLine(machines.command.completed(answer.console ?? "")))
      }
      response.event = Event(.preview)
      return response
    }
  }

  private static func script(_ text: [UInt8]) -> Response {
    var response = Response(.ok)
    response.add("Content-Type", ContentType.text)
    response.body = [.bytes(text)]
    return response
  }

  /// The machines as they are now; profiles are looked at where the answer is made.
  private func rehearsal(_ request: Request) -> @Sendable () -> Rehearsal {
    let (machines, root, base) = (machines, root, base.of(request))
    let snapshot = machines.register.snapshot
    return {
      var rehearsal = Rehearsal(
        snapshot, DiskFiles(root: root).files, base: base, now: machines.now,
        profiles: { machines.profiles.index(for: $0, own: $1) })
      rehearsal.policy = machines.unmatched.policy
      rehearsal.localBoot = machines.localBoot
      rehearsal.reportsByToken = machines.dialects.isEmpty
      rehearsal.hasSpentTries = { machines.hasSpentTries($0) }
      return rehearsal
    }
  }

  private func text(_ raw: ArraySlice<UInt8>) -> String {
    String(decoding: PercentCoding.decoded(raw, plusIsSpace: true) ?? [], as: UTF8.self)
  }

  private static func refusal(_ status: Status, _ line: String) -> Response {
    var response = Response.line(status, LogText.oneLine(line))
    response.event = Event(.explain)
    return response
  }

  private static func refused(_ status: Status, _ line: String) -> Outcome {
    .respond(refusal(status, line))
  }
}

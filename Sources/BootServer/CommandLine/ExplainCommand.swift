// BootServer/CommandLine: why a boot gets what it gets.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// `explain`.
enum ExplainCommand {
  static func check(_ arguments: Arguments) throws(UsageError) {
    let isDescribed = Option.identity.contains { arguments.has($0) }
    if arguments.operands.isEmpty, !isDescribed {
      throw UsageError("explain needs a NAME, or an identity such as --mac 52:54:00:55:1c:ee")
    }
  }

  static func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let heard = HeardServer.isTold(arguments) ? nil : HeardServer(arguments)
    let isGuess = heard == nil && !HeardServer.isTold(arguments)
    let arguments = heard?.adopted(by: arguments) ?? arguments
    let sources = try LocalSources(arguments)
    var question = try BootQuestion(arguments)
    var explainer = Explainer(
      root: sources.root, rehearsal: try sources.rehearsal(),
      command: OwnCommand(arguments.configuration))
    let explanation = try answer(arguments.operands.first, &question, &explainer)
    Process.writeToOutput(
      arguments.has(.json) ? Terminal.json(explanation.json) + "\n" : explanation.text)
    if isGuess, !arguments.has(.json) {
      let base = String(decoding: sources.base, as: UTF8.self)
      Terminal.note(
        "no server was found that runs here: its URLs would begin with \(base); name another beginning"
          + " with --base-url")
    }
    return .done
  }

  /// A profile's name, or whatever a machine is called.
  static func answer(
    _ name: String?, _ question: inout BootQuestion, _ explainer: inout Explainer
  ) throws(CommandError) -> Explanation {
    if let name {
      if explainer.rehearsal.profiles(.own(also: name), nil)[name] != nil {
        return explainer.explain(profile: name)
      }
      question.name = name
    }
    do throws(MachineError) {
      let snapshot = try question.settle(explainer.rehearsal.snapshot)
      explainer.rehearsal = explainer.rehearsal.with(snapshot)
    } catch {
      guard let name else { throw CommandError(error.description) }
      let near = Nearest.name(
        to: name, in: explainer.rehearsal.profiles(.all, nil).candidates.map(\.name))
      throw CommandError(
        "\(error.description), and there is no profiles/\(name).json"
          + (near.map { "; is it \($0)?" } ?? ""))
    }
    return explainer.explain(question.boot)
  }
}

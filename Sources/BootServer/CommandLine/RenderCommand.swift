// BootServer/CommandLine: what a machine would get.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// `render`.
enum RenderCommand {
  static func check(_ arguments: Arguments) throws(UsageError) {
    let isDescribed =
      arguments.has(.ofMachine) || Option.identity.contains { arguments.has($0) }
    if arguments.operands.isEmpty, !isDescribed, !arguments.has(.difference) {
      throw UsageError("render needs a PROFILE, --machine ID, or an identity such as --mac MAC")
    }
    if !arguments.operands.isEmpty, isDescribed {
      throw UsageError("render takes a PROFILE or a machine, not both")
    }
  }

  static func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let heard = HeardServer.isTold(arguments) ? nil : HeardServer(arguments)
    let arguments = heard?.adopted(by: arguments) ?? arguments
    let sources = try LocalSources(arguments)
    if let other = arguments[.difference] {
      return try RenderDifference.run(arguments, sources, other)
    }
    if let config = arguments[.configFile] {
      Process.writeToOutput(bytes: try self.config(config, arguments, sources))
      return .done
    }
    if let profile = arguments.operands.first {
      Process.writeToOutput(bytes: try script(of: profile, sources))
      return .done
    }
    return try machine(arguments, sources)
  }

  private static func script(
    of profile: String, _ sources: LocalSources
  ) throws(CommandError) -> [UInt8] {
    let builder = ScriptBuilder(
      sources.files, base: sources.base, reportsByToken: sources.configuration.dialects.isEmpty)
    do throws(ScriptBuilder<Never>.Stop) {
      return try builder.script(profile: Array(profile.utf8), .byName).text
    } catch {
      switch error {
      case .failed(let failure): throw CommandError(failure.sentence)
      }
    }
  }

  /// Plays the boot that the options describe.
  private static func play(
    _ arguments: Arguments, _ sources: LocalSources
  ) throws(CommandError) -> (rehearsal: Rehearsal, boot: BootIdentity, result: Rehearsal.Result) {
    var rehearsal = try sources.rehearsal(showsTokens: arguments.has(.withToken))
    var question = try BootQuestion(arguments)
    do throws(MachineError) {
      rehearsal = rehearsal.with(try question.settle(rehearsal.snapshot))
    } catch {
      throw CommandError(error.description)
    }
    let result = rehearsal.play(question.boot)
    return (rehearsal, question.boot, result)
  }

  /// A held machine gets nothing: the reason goes to standard error.
  private static func machine(
    _ arguments: Arguments, _ sources: LocalSources
  ) throws(CommandError) -> ExitCode {
    let played = try play(arguments, sources)
    let result = played.result
    switch result.answer {
    case .script(let script, let entry), .installer(let script, let entry):
      if arguments.has(.withToken), entry.token == "TOKEN" {
        Terminal.note("this machine has no token yet; TOKEN stands for it")
      }
      Process.writeToOutput(bytes: script.text)
    case .localDisk(_, let machine):
      let platform = played.boot.platform ?? machine?.platform
      Process.writeToOutput(bytes: sources.configuration.localBoot.script(platform: platform))
    case .whoAreYou: Process.writeToOutput(bytes: IdentityScript.render(base: sources.base))
    case .hold(let hold, _):
      let command = OwnCommand(sources.configuration)
      throw CommandError(command.completed("this machine is held: \(hold.log)"))
    case .refused(let error, _): throw CommandError("this machine is held: \(error.description)")
    case .nameless: throw CommandError(result.answer.console ?? "")
    }
    return .done
  }

  /// A config of a machine, or of a profile.
  private static func config(
    _ name: String, _ arguments: Arguments, _ sources: LocalSources
  ) throws(CommandError) -> [UInt8] {
    let rendering = ConfigRendering(sources.files, base: sources.base)
    if let profile = arguments.operands.first {
      return try rendering.render(name, profile: profile)
    }
    let played = try play(arguments, sources)
    let result = played.result
    guard let machine = result.machine, let entry = played.rehearsal.snapshot.machine(machine.id)
    else {
      throw CommandError("no machine is known by this")
    }
    return try rendering.render(name, played.rehearsal.shown(entry))
  }
}

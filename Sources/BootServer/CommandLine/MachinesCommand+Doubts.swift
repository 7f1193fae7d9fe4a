// BootServer/CommandLine: machines that may be known ones.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

extension MachinesCommand {
  static func checkDoubts(_ arguments: Arguments) throws(UsageError) {
    let names = arguments.operands
    if arguments.has(.same), arguments.has(.allOneToOne) {
      throw UsageError("--same and --all-one-to-one exclude each other")
    }
    if arguments.has(.same), names.isEmpty {
      throw UsageError("--same needs the IDs in the column NEW of machines doubts")
    }
    if !arguments.has(.same), let name = names.first {
      throw UsageError("unexpected argument '\(name)'; did you mean --same \(name)?")
    }
  }

  /// Lists the doubts, or decides some.
  static func doubts(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let client = try APIClient(arguments)
    guard let decision = decision(arguments) else {
      let doubts = try client.read("GET", "/doubts")
      Process.writeToOutput(
        arguments.has(.json)
          ? Terminal.json(doubts) + "\n"
          : ToldPlace(arguments).completed(DoubtsText.list(doubts.elements)))
      return .done
    }
    let machines = try client.read("POST", "/doubts", body: decision)
    if arguments.has(.json) {
      Process.writeToOutput(Terminal.json(machines) + "\n")
    } else {
      let lines = machines.elements.map(MachinesText.summary)
      Process.writeToOutput(
        lines.isEmpty ? "There was nothing to decide.\n" : lines.joined(separator: "\n") + "\n")
    }
    return .done
  }

  private static func decision(_ arguments: Arguments) -> JSON? {
    if arguments.has(.same) {
      return .object([JSON.Member("same", .array(arguments.operands.map { .string($0) }))])
    }
    if arguments.has(.allOneToOne) {
      return .object([JSON.Member("allOneToOne", .bool(true))])
    }
    return nil
  }
}

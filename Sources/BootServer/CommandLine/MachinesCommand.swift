// BootServer/CommandLine: the verbs about machines.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// `machines list|show|audit`; the others stand in the files beside.
enum MachinesCommand {
  static func list(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let client = try APIClient(arguments)
    let all = try client.read("GET", "/machines").elements
    let machines = all.filter { isWanted($0, arguments) }
    if machines.isEmpty, !arguments.has(.json) {
      Process.writeToOutput(
        all.isEmpty ? emptyHint : "None of \(all.count) machines is like that.\n")
    } else {
      show(machines, arguments)
    }
    let told = ToldPlace(arguments)
    for line in StateCommand.notes(client) { Terminal.note(told.completed(line)) }
    return .done
  }

  private static let emptyHint = """
    There are no machines yet. One gets in when it boots from http://SERVER/boot.ipxe, which asks
    it who it is; give that URL to dnsmasq, a ROM or a ChainURL.

    """

  static func checkList(_ arguments: Arguments) throws(UsageError) {
    if arguments.has(.wide), arguments.has(.columns) {
      throw UsageError("--wide and --columns exclude each other")
    }
  }

  private static func isWanted(_ machine: JSON, _ arguments: Arguments) -> Bool {
    let state = arguments[.inState]
    let profile = arguments[.withProfile]
    return (state == nil || machine["state"].plain == state)
      && (profile == nil || machine["profile"].plain == profile)
      && (!arguments.has(.held) || machine["held"] != .null)
  }

  static func show(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let calls = try MachineCalls(arguments)
    let gap = arguments.operands.count > 1 ? "\n" : ""
    return try MachineCalls.each(
      arguments, text: { MachinesText.details($1) + gap },
      { (name) throws(CommandError) in try calls.read("GET", name) })
  }

  static func audit(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let answer = try MachineCalls(arguments).read("GET", arguments.operands[0], "/audit")
    Process.writeToOutput(
      arguments.has(.json)
        ? Terminal.json(answer) + "\n"
        : MachinesText.trail(answer.elements, width: Terminal.width()))
    return .done
  }

  static func show(_ machines: [JSON], _ arguments: Arguments) {
    let text: String
    if arguments.has(.json) {
      Process.writeToOutput(Terminal.json(.array(machines)) + "\n")
      return
    }
    if arguments.has(.columns) {
      text = MachinesText.table(machines)
    } else {
      text = MachineTable(width: Terminal.width(), isWide: arguments.has(.wide)).text(machines)
    }
    Process.writeToOutput(ToldPlace(arguments).completed(text))
  }

  static func changed(_ machine: JSON, _ arguments: Arguments) {
    Process.writeToOutput(
      (arguments.has(.json) ? Terminal.json(machine) : MachinesText.summary(machine)) + "\n")
  }
}

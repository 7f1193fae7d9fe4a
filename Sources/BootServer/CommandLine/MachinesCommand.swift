// BootServer/CommandLine: the verbs about machines.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// `machines list|show|claim|set|remove|watch|audit|doubts`.
enum MachinesCommand {
  static func list(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let client = try APIClient(arguments)
    let machines = try client.read("GET", "/machines").elements
    if machines.isEmpty, !arguments.has(.json) {
      Process.writeToOutput(emptyHint)
    } else {
      show(machines, arguments)
    }
    for line in StateCommand.notes(client) { Terminal.note(line) }
    return .done
  }

  private static let emptyHint = """
    There are no machines yet. One gets in when it boots from http://SERVER/boot.ipxe, which asks
    it who it is; give that URL to dnsmasq, a ROM or a ChainURL.

    """

  static func show(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let machine = try APIClient(arguments).read("GET", path(arguments))
    Process.writeToOutput(
      arguments.has(.json) ? Terminal.json(machine) + "\n" : MachinesText.details(machine))
    return .done
  }

  static func set(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let patch: MachinePatch
    do throws(UsageError) {
      patch = try MachinePatch(arguments.operands.dropFirst())
    } catch {
      throw CommandError(error.description)
    }
    let body = patch.body
    changed(try APIClient(arguments).read("PATCH", path(arguments), body: body), arguments)
    return .done
  }

  static func checkSet(_ arguments: Arguments) throws(UsageError) {
    _ = try MachinePatch(arguments.operands.dropFirst())
  }

  static func claim(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let body = JSON.object([JSON.Member("profile", .string(arguments[.profile] ?? ""))])
    let method = arguments.has(.expect) ? "PUT" : "PATCH"
    do throws(CommandError) {
      changed(try APIClient(arguments).read(method, path(arguments), body: body), arguments)
      return .done
    } catch {
      guard error.answer == 404, canBeExpected(arguments.operands[0]) else { throw error }
      throw CommandError("\(error); if it has not booted yet, add --expect")
    }
  }

  static func checkClaim(_ arguments: Arguments) throws(UsageError) {
    let name = arguments.operands[0]
    guard arguments.has(.expect), !canBeExpected(name) else { return }
    throw UsageError(
      "machines claim --expect needs a UUID or a MAC that is one machine's alone, not '\(name)'")
  }

  private static func canBeExpected(_ name: String) -> Bool {
    MachineUUID(name) != nil || MACAddress(name) != nil
  }

  static func remove(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    _ = try APIClient(arguments).call("DELETE", path(arguments))
    if !arguments.has(.json) {
      Process.writeToOutput("\(Terminal.harmless(arguments.operands[0])) is forgotten\n")
    }
    return .done
  }

  static func audit(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let answer = try APIClient(arguments).read("GET", path(arguments) + "/audit")
    Process.writeToOutput(
      arguments.has(.json) ? Terminal.json(answer) + "\n" : MachinesText.trail(answer.elements))
    return .done
  }

  /// Asks once a second, and says what is another than before; never ends by itself.
  static func watch(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let client = try APIClient(arguments)
    var before = try client.read("GET", "/machines").elements
    if !arguments.has(.json) { show(before, arguments) }
    var isAway = false
    while true {
      Thread.sleep(milliseconds: 1000)
      let now: [JSON]
      do throws(CommandError) {
        now = try client.read("GET", "/machines").elements
      } catch {
        // A server that is restarted comes back.
        if !isAway { Terminal.note(error.description) }
        isAway = true
        continue
      }
      isAway = false
      for line in MachinesText.changes(from: before, to: now, json: arguments.has(.json)) {
        Process.writeToOutput(line + "\n")
      }
      before = now
    }
  }

  private static func show(_ machines: [JSON], _ arguments: Arguments) {
    Process.writeToOutput(
      arguments.has(.json)
        ? Terminal.json(.array(machines)) + "\n" : MachinesText.table(machines))
  }

  private static func changed(_ machine: JSON, _ arguments: Arguments) {
    Process.writeToOutput(
      (arguments.has(.json) ? Terminal.json(machine) : MachinesText.summary(machine)) + "\n")
  }

  /// Every byte of the first operand that is not plain is escaped, slashes too.
  private static func path(_ arguments: Arguments) -> String {
    let escaped = PercentCoding.encodedSegment(arguments.operands[0].utf8)
    return "/machines/" + String(decoding: escaped, as: UTF8.self)
  }
}

// BootServer/CommandLine: the verbs that change a machine.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

extension MachinesCommand {
  static func claim(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    try give(arguments, expecting: arguments.has(.expect))
  }

  static func expect(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    try give(arguments, expecting: true)
  }

  static func checkClaim(_ arguments: Arguments) throws(UsageError) {
    if arguments.has(.expect) { try checkNames(arguments, "machines claim --expect") }
  }

  static func checkExpect(_ arguments: Arguments) throws(UsageError) {
    try checkNames(arguments, "machines expect")
  }

  private static func checkNames(_ arguments: Arguments, _ verb: String) throws(UsageError) {
    for name in arguments.operands where !canBeExpected(name) {
      throw UsageError(
        "\(verb) needs a UUID or a MAC that is one machine's alone, not '\(name)'")
    }
  }

  private static func canBeExpected(_ name: String) -> Bool {
    MachineUUID(name) != nil || MACAddress(name) != nil
  }

  private static func give(
    _ arguments: Arguments, expecting: Bool
  ) throws(CommandError) -> ExitCode {
    let profile = arguments[.profile] ?? ""
    let body = JSON.object([JSON.Member("profile", .string(profile))])
    let calls = try MachineCalls(arguments)
    return try MachineCalls.each(arguments, text: summary) { (name) throws(CommandError) in
      do throws(CommandError) {
        let machine =
          expecting
          ? try calls.client.read("PUT", MachineCalls.path(name), body: body)
          : try calls.read("PATCH", name, body: body)
        Consequence.tell(Consequence.ofClaim(machine, profile: profile, name: name))
        return machine
      } catch {
        guard !expecting, error.answer == 404, canBeExpected(name) else { throw error }
        throw CommandError("\(error); if it has not booted yet, add --expect", answer: 404)
      }
    }
  }

  static func set(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let patch: MachinePatch
    do throws(UsageError) {
      patch = try MachinePatch(arguments.operands.dropFirst())
    } catch {
      throw CommandError(error.description)
    }
    let name = arguments.operands[0]
    Consequence.tell(Consequence.ofSet(patch.body, name: name))
    changed(try MachineCalls(arguments).read("PATCH", name, body: patch.body), arguments)
    return .done
  }

  static func checkSet(_ arguments: Arguments) throws(UsageError) {
    _ = try MachinePatch(arguments.operands.dropFirst())
  }

  static func reinstall(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let body = JSON.object([JSON.Member("state", .string("configured"))])
    return try decide(arguments, .reinstall) { (calls, name) throws(CommandError) in
      try calls.read("PATCH", name, body: body)
    }
  }

  static func release(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let body = JSON.object([JSON.Member("profile", .null)])
    return try decide(arguments, .release) { (calls, name) throws(CommandError) in
      try calls.read("PATCH", name, body: body)
    }
  }

  static func remove(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    try decide(arguments, .remove) { (calls, name) throws(CommandError) in
      _ = try calls.call("DELETE", name)
      return .null
    }
  }

  /// Asks where it matters and can be asked, and does it.
  private static func decide(
    _ arguments: Arguments, _ consequence: Consequence,
    _ act: (MachineCalls, String) throws(CommandError) -> JSON
  ) throws(CommandError) -> ExitCode {
    let asks = !arguments.has(.yes) && StandardStream.canAsk
    if !asks, consequence.wantsYes, !arguments.has(.yes) {
      Terminal.complain(
        "\(arguments.verb.name) asks first, and there is no terminal to ask on; add --yes",
        json: arguments.has(.json))
      return .wrongUsage
    }
    let calls = try MachineCalls(arguments)
    return try MachineCalls.each(arguments, text: summary) { (name) throws(CommandError) in
      var id = name
      if asks {
        let machine = try calls.read("GET", name)
        id = machine["id"].plain
        if ["installed", "running"].contains(machine["state"].plain) {
          let state = "\(MachinesText.summary(machine)). "
          guard Terminal.confirms(state + consequence.sentence("It")) else {
            Terminal.note("\(name) stays as it is")
            return nil
          }
        }
      } else if !arguments.has(.yes) {
        Terminal.note(consequence.sentence(name))
      }
      return try act(calls, id)
    }
  }

  private static func summary(_ name: String, _ machine: JSON) -> String {
    machine == .null
      ? "\(Terminal.harmless(name)) is forgotten\n" : MachinesText.summary(machine) + "\n"
  }
}

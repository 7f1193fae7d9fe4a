// BootServer/CommandLine: `machines ...`.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// Performs one command against a running server.
struct MachinesCommand {
  private let invocation: MachinesInvocation
  private let client: APIClient

  init(_ invocation: MachinesInvocation) throws(CommandError) {
    self.invocation = invocation
    client = try APIClient(invocation)
  }

  func run() throws(CommandError) {
    switch invocation.verb {
    case .list:
      let machines = try list()
      if machines.isEmpty, !invocation.json { return Process.writeToOutput(Self.emptyHint) }
      show(machines)
    case .show(let name):
      let machine = try read(try client.call("GET", Self.path(name)))
      Process.writeToOutput(
        invocation.json ? JSONWriter.text(machine) + "\n" : MachinesText.details(machine))
    case .set(let name, let body):
      changed(try read(try client.call("PATCH", Self.path(name), body: body)))
    case .claim(let name, let profile):
      let body = JSONWriter.text(.object([JSON.Member("profile", .string(profile))]))
      changed(try read(try client.call("PATCH", Self.path(name), body: body)))
    case .remove(let name):
      _ = try client.call("DELETE", Self.path(name))
      if !invocation.json { Process.writeToOutput("\(name) is forgotten\n") }
    case .watch: try watch()
    case .audit(let name):
      let answer = try read(try client.call("GET", Self.path(name) + "/audit"))
      Process.writeToOutput(
        invocation.json
          ? JSONWriter.text(answer) + "\n" : MachinesText.trail(answer.elements))
    }
  }

  private static let emptyHint = """
    There are no machines yet. One gets in when it boots from http://SERVER/boot.ipxe, which asks
    it who it is; give that URL to dnsmasq, a ROM or a ChainURL.

    """

  private func list() throws(CommandError) -> [JSON] {
    try read(try client.call("GET", "/machines")).elements
  }

  private func show(_ machines: [JSON]) {
    Process.writeToOutput(
      invocation.json
        ? JSONWriter.text(.array(machines)) + "\n" : MachinesText.table(machines))
  }

  private func changed(_ machine: JSON) {
    Process.writeToOutput(
      invocation.json ? JSONWriter.text(machine) + "\n" : MachinesText.summary(machine) + "\n")
  }

  /// Asks once a second, and says what is another than before.
  private func watch() throws(CommandError) {
    var before = try list()
    if !invocation.json { show(before) }
    var isAway = false
    while true {
      Thread.sleep(milliseconds: 1000)
      let now: [JSON]
      do throws(CommandError) {
        now = try list()
      } catch {
        // A server that is restarted comes back.
        if !isAway { _ = try? StandardStream.writeToError(Array("\(error)\n".utf8), from: 0) }
        isAway = true
        continue
      }
      isAway = false
      for line in MachinesText.changes(from: before, to: now, json: invocation.json) {
        Process.writeToOutput(line + "\n")
      }
      before = now
    }
  }

  private func read(_ bytes: [UInt8]) throws(CommandError) -> JSON {
    do throws(JSONError) {
      return try JSONReader.read(bytes)
    } catch {
      throw CommandError(description: "the answer is not JSON: \(error); is that our server?")
    }
  }

  /// Every byte of a name that is not plain is escaped, slashes too.
  private static func path(_ name: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let escaped = name.utf8.flatMap { byte -> [UInt8] in
      ASCII.isAlphanumeric(byte) || "-_.~".utf8.contains(byte)
        ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return "/machines/" + String(decoding: escaped, as: UTF8.self)
  }
}

// BootServer/CommandLine: machines as they change.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

extension MachinesCommand {
  /// Prints all machines, then what is another than before; never ends by itself.
  static func watch(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let client = try APIClient(arguments)
    let machines = try client.read("GET", "/machines").elements
    if !arguments.has(.json) { show(machines, arguments) }
    var watched = WatchedMachines(client, machines, isJSON: arguments.has(.json))
    var follower = EventFollower(client)
    var isAway = false
    while true {
      var isHeard = false
      do throws(CommandError) {
        try follower.listen { events in
          if isAway { Terminal.note("the server is there again") }
          isAway = false
          watched.hear(events, all: !isHeard)
          isHeard = true
        }
        throw CommandError("the server has ended the connection")
      } catch {
        // A server that is restarted comes back.
        if !isAway { Terminal.note("\(error.description); waiting for the server") }
        isAway = true
      }
      Thread.sleep(milliseconds: 500)
    }
  }
}

/// What was known of each machine, and prints what is new.
private struct WatchedMachines {
  private let client: APIClient
  private let isJSON: Bool
  private var before: [JSON]
  private var readAllAt = Instant.now

  /// Of more than these at once all are asked for.
  private static let mostAsked = 16
  /// Where very much happens, events are left out: all are asked for from time to time.
  private static let readAllSeconds = 30

  init(_ client: APIClient, _ machines: [JSON], isJSON: Bool) {
    self.client = client
    self.isJSON = isJSON
    before = machines
  }

  /// - Parameter all: whether to ask for all, whatever the events say.
  mutating func hear(_ events: [JSON], all: Bool) {
    var names: Set<String> = []
    var isUnclear = all || readAllAt < Instant.now
    for event in events where !WatchedEvent.isQuestion(event) {
      let name = event["machine"].plain
      if !name.isEmpty { names.insert(name) }
      if WatchedEvent.changesMany.contains(event["event"].plain) { isUnclear = true }
    }
    if !isUnclear, names.count <= Self.mostAsked {
      for name in names.sorted() where !look(at: name) { isUnclear = true }
    }
    if isUnclear || names.count > Self.mostAsked { readAll() }
  }

  /// - Returns: `false` where only all machines tell.
  private mutating func look(at name: String) -> Bool {
    let index = before.firstIndex { $0["id"].plain == name }
    do throws(CommandError) {
      let machine = try client.read("GET", MachineCalls.path(name))
      guard machine["id"].plain == name else { return false }
      show([index.map { before[$0] }].compactMap { $0 }, [machine])
      if let index { before[index] = machine } else { before.append(machine) }
      return true
    } catch {
      guard error.answer == 404, let index else { return false }
      show([before[index]], [])
      before.remove(at: index)
      return true
    }
  }

  private mutating func readAll() {
    // What cannot be read now is read with the next event.
    guard let now = try? client.read("GET", "/machines").elements else { return }
    readAllAt = Instant.now.advanced(seconds: Self.readAllSeconds)
    show(before, now)
    before = now
  }

  private func show(_ old: [JSON], _ new: [JSON]) {
    for line in MachinesText.changes(from: old, to: new, json: isJSON) {
      Process.writeToOutput(isJSON ? line + "\n" : MachinesText.timed(line, Terminal.width()))
    }
  }
}

/// What an event says of machines.
enum WatchedEvent {
  /// Events that tell of machines that they do not name.
  static let changesMany: Set = ["gap", "doubts", "mayu", "machines", "state-trust"]

  /// What a machine asks for by GET when it boots: these alone may change its record.
  private static let boots: Set = [
    "script", "identify", "no-identity", "held", "local-boot", "menu", "failed", "config", "seed",
    "answer", "key", "stacki",
  ]

  /// Whether somebody only read, perhaps we: what we ask for then would be the next event, without end.
  static func isQuestion(_ event: JSON) -> Bool {
    ["GET", "HEAD"].contains(event["method"].plain) && !boots.contains(event["event"].plain)
  }
}

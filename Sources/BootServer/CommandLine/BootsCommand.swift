// BootServer/CommandLine: what boots now, and what a boot came to.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// `boots`
enum BootsCommand {
  /// What ended longer ago than this is not in the table.
  private static let hour: Int64 = 3600

  static func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    if let name = arguments.operands.first { return try timeline(of: name, arguments) }
    if arguments.has(.watch) { return try watch(arguments) }
    let client = try APIClient(arguments)
    let boots = try lately(client)
    if arguments.has(.json) {
      Process.writeToOutput(Terminal.json(.array(boots)) + "\n")
    } else if boots.isEmpty {
      Process.writeToOutput("Nothing boots now, and nothing did in the last hour.\n")
    } else {
      Process.writeToOutput(BootsText(width: Terminal.width()).table(boots))
    }
    return .done
  }

  static func check(_ arguments: Arguments) throws(UsageError) {
    if arguments.has(.watch), !arguments.operands.isEmpty {
      throw UsageError("--watch is for all boots; leave \(arguments.operands[0]) out")
    }
  }

  /// What is under way, and what began or ended within the hour.
  private static func lately(_ client: APIClient) throws(CommandError) -> [JSON] {
    let since = BootTime.now.wall / 1000 - hour
    let underWay = try client.read("GET", "/boots?state=booting,stalled").elements
    let others = try client.read("GET", "/boots?since=\(since)").elements
    let known = Set(underWay.map { JSONWriter.text($0["id"]) })
    return underWay + others.filter { !known.contains(JSONWriter.text($0["id"])) }
  }

  private static func timeline(
    of name: String, _ arguments: Arguments
  ) throws(CommandError) -> ExitCode {
    let calls = try MachineCalls(arguments)
    var id = name
    do throws(CommandError) {
      id = try calls.read("GET", name)["id"].plain
    } catch {
      // It may be a boot's number, or a machine that was removed.
      guard error.answer == 404 else { throw error }
    }
    let path = "/boots/" + String(decoding: PercentCoding.encodedSegment(id.utf8), as: UTF8.self)
    let boots = try calls.client.read("GET", path).elements
    if arguments.has(.json) {
      Process.writeToOutput(Terminal.json(.array(boots)) + "\n")
      return .done
    }
    guard let last = boots.first else {
      throw CommandError(
        "no boot of \(name) is kept; it has not booted since the server knows boots")
    }
    Process.writeToOutput(BootsText(width: Terminal.width()).timeline(last))
    return .done
  }

  /// On a terminal the table, redrawn in place; into a pipe a line for every boot that changes.
  private static func watch(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let client = try APIClient(arguments)
    let isTable = StandardStream.outputIsTerminal && !arguments.has(.json)
    var before = try lately(client)
    let bell = try bell(client)
    show(before, from: [], arguments, isTable: isTable)
    while true {
      // What moves is drawn each second; what begins or ends is told.
      let moves = isTable && before.contains { $0["ended"] == .null }
      _ = bell.wait(milliseconds: moves ? 1000 : 15_000)
      let start = Instant.now
      do throws(CommandError) {
        let boots = try lately(client)
        show(boots, from: before, arguments, isTable: isTable)
        before = boots
      } catch {
        // A server that is restarted comes back.
        Terminal.note(error.description)
        Thread.sleep(milliseconds: 1000)
      }
      // Where many boot, what comes meanwhile is one look, and looking costs the server little.
      let took = Instant.now.microseconds(since: start) / 1000
      Thread.sleep(milliseconds: min(10_000, max(300, 3 * Int(took))))
    }
  }

  /// Rings when a boot begins, moves on or ends.
  private static func bell(_ client: APIClient) throws(CommandError) -> SharedBell {
    do throws(Errno) {
      let bell = try SharedBell()
      try Thread.spawn("events") {
        var follower = EventFollower(client)
        var lastProblem = ""
        while true {
          // What was before it is heard is looked at once.
          var isFirst = true
          do throws(CommandError) {
            try follower.listen { events in
              if isFirst || events.contains(where: Self.isOfBoots) { bell.ring() }
              isFirst = false
            }
          } catch {
            if error.description != lastProblem { Terminal.note(error.description) }
            lastProblem = error.description
          }
          Thread.sleep(milliseconds: 1000)
        }
      }
      return bell
    } catch {
      throw CommandError("cannot listen to events: \(error)")
    }
  }

  private static func isOfBoots(_ event: JSON) -> Bool {
    event["event"].plain.hasPrefix("boot-") || event["event"].plain == "gap"
  }

  private static func show(
    _ boots: [JSON], from before: [JSON], _ arguments: Arguments, isTable: Bool
  ) {
    if isTable { return redraw(boots) }
    let lines = BootsText().changes(from: before, to: boots, json: arguments.has(.json))
    for line in lines { Process.writeToOutput(line + "\n") }
  }

  private static func redraw(_ boots: [JSON]) {
    let width = Terminal.width() ?? 80
    let text =
      boots.isEmpty
      ? "Nothing boots now, and nothing did in the last hour.\n"
      : BootsText(width: width).table(boots)
    let time = CivilTime(WallClock.now.seconds).text.suffix(8)
    // Home, and each line erased to its end: nothing flickers.
    var lines = "\(time)Z\n\(text)".split(separator: "\n")
    let room = max(4, (StandardStream.outputRows ?? 24) - 1)
    if lines.count > room {
      let rest = lines.count - room + 1
      lines = lines.prefix(room - 1) + ["... and \(rest) more"]
    }
    Process.writeToOutput(
      "\u{1b}[H" + lines.map { $0 + "\u{1b}[K" }.joined(separator: "\n") + "\u{1b}[J")
  }
}

extension BootsText {
  /// A line for every boot whose state or step is another than before.
  func changes(from before: [JSON], to now: [JSON], json: Bool) -> [String] {
    let old = Dictionary(
      before.map { (JSONWriter.text($0["id"]), $0) }, uniquingKeysWith: { first, _ in first })
    return now.reversed().compactMap { boot in
      let last = old[JSONWriter.text(boot["id"])]
      let isSame =
        last.map { $0["state"] == boot["state"] && Self.step($0) == Self.step(boot) } ?? false
      if isSame { return nil }
      return json ? Terminal.json(boot) : line(boot)
    }
  }

  private static func step(_ boot: JSON) -> [JSON] {
    let stages = boot["stages"].elements
    return [.number("\(stages.count)"), stages.last?["end"] == .null ? .bool(true) : .bool(false)]
  }
}

/// Wakes a thread, however often it is rung meanwhile.
private final class SharedBell: Sendable {
  private let counter: EventCounter

  init() throws(Errno) { counter = try EventCounter() }

  func ring() { counter.add() }

  /// - Returns: whether it was rung.
  func wait(milliseconds: Int) -> Bool { counter.wait(milliseconds: milliseconds) }
}

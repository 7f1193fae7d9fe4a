// BootServer/Doctor: the verb.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

extension Option {
  static let logFile = Option(
    "--log", "FILE", standard: "the events of the running server",
    meaning: "a server's log to read in place of its events; - is standard input")
  static let dhcp = Option(
    "--dhcp", "CARD", meaning: "also asks DHCP on that network card, as machines would; needs root")
}

/// `doctor`.
enum DoctorCommand {
  /// Of a log no more than its end is read.
  private static let maxLog = 256 << 20

  static func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    var found: [Diagnosis] = []
    let (events, isRunning) = try events(arguments, &found)
    found = EventDoctor(events: events).findings + found
    let arguments = isRunning ? adopting(events, arguments) : arguments
    do throws(CommandError) {
      let sources = try LocalSources(arguments)
      found += HostDoctor(sources: sources, isRunning: isRunning).findings
      found += reach(sources, isRunning: isRunning)
      if let card = arguments[.dhcp] {
        let base = String(decoding: sources.base, as: UTF8.self)
        found += DHCPDoctor(card: card, base: base).run()
      }
    } catch {
      found.append(
        .fault(
          "data-directory", error.description, seen: "--data-dir",
          cure: "name the directory that holds profiles, configs, images and sshkeys"))
    }
    let told = ToldPlace(arguments)
    for index in found.indices { found[index].cure = told.completed(found[index].cure) }
    let faults = found.filter { $0.severity == .fault }
    found = faults + found.filter { $0.severity == .note }
    if arguments.has(.json) {
      Process.writeToOutput(Terminal.json(.array(found.map(\.json))) + "\n")
    } else {
      let count = faults.count
      let end = count == 0 ? "no faults" : "\(count) fault\(count == 1 ? "" : "s")"
      Process.writeToOutput(found.map(\.text).joined() + end + "\n")
    }
    return faults.isEmpty ? .done : .found
  }

  /// Where the running server says that it listens, for what nobody said.
  private static func adopting(_ events: [LoggedEvent], _ arguments: Arguments) -> Arguments {
    guard let start = events.last(where: { $0.name == "listening" }) else { return arguments }
    var adopted = arguments
    for (flag, key) in [("--listen", "address"), ("--base-url", "base")] {
      guard let option = arguments.verb.allOptions.first(where: { $0.flag == flag }),
        !arguments.has(option), let value = start[key]?.split(separator: " ").first
      else { continue }
      try? adopted.set(option, String(value))
    }
    return adopted
  }

  /// What happened, and whether a server of ours was heard.
  private static func events(
    _ arguments: Arguments, _ found: inout [Diagnosis]
  ) throws(CommandError) -> ([LoggedEvent], isRunning: Bool) {
    let client = Result { () throws(CommandError) in try APIClient(arguments) }
    let heard = client.flatMap { client in
      Result { () throws(CommandError) in try client.call("GET", "/events/recent") }
    }
    if let file = arguments[.logFile] {
      let isRunning = if case .success = heard { true } else { false }
      return (try log(file), isRunning)
    }
    switch heard {
    case .success(let answer):
      let events = EventDoctor(lines: answer).events
      found.append(
        .note("events", "looked at the last \(events.count) events of the running server"))
      return (events, true)
    case .failure(let error):
      found.append(.note("events", "not looked at: events: \(error)"))
      return ([], error.answer != nil)
    }
  }

  private static func log(_ file: String) throws(CommandError) -> [LoggedEvent] {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try FileDescriptor.contents(of: file == "-" ? "/dev/stdin" : file, limit: maxLog)
    } catch {
      throw CommandError("cannot read the log \(file): \(error)")
    }
    let events = bytes.split(separator: 0x0a).compactMap { LoggedEvent($0) }
    guard !events.isEmpty || bytes.isEmpty else {
      throw CommandError(
        "\(file) holds no line of this server's log; of a journal say: journalctl -u UNIT -o cat")
    }
    return events
  }

  private static func reach(_ sources: LocalSources, isRunning: Bool) -> [Diagnosis] {
    guard isRunning || sources.configuration.base != nil else {
      return [
        .note("base-url", "not checked: whether machines reach the server: it does not run here")
      ]
    }
    let image = FileWalk("images", in: sources.root).files.first { $0.status.size > 0 }?.name
    return ReachDoctor(base: String(decoding: sources.base, as: UTF8.self), image: image)
      .findings(now: WallClock.now.seconds)
  }
}

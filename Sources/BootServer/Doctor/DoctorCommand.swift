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
    let arguments = isRunning ? adopting(events, arguments, &found) : arguments
    let configuration = arguments.configuration
    var sources: LocalSources?
    do throws(CommandError) {
      sources = try LocalSources(arguments)
    } catch {
      found.append(
        .fault(
          "data-directory", error.description, seen: "--data-dir",
          cure: "name the directory that holds profiles, configs, images and sshkeys"))
    }
    found +=
      HostDoctor(configuration: configuration, sources: sources, isRunning: isRunning).findings
    let base = String(decoding: LocalSources.base(configuration), as: UTF8.self)
    if isRunning || configuration.base != nil {
      found += reach(base, sources)
    } else {
      found.append(
        .note("base-url", "not checked: whether machines reach the server: it does not run here"))
    }
    if let card = arguments[.dhcp] { found += DHCPDoctor(card: card, base: base).run() }
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

  /// Where the running server says that it listens and has its data, for what nobody said.
  private static func adopting(
    _ events: [LoggedEvent], _ arguments: Arguments, _ found: inout [Diagnosis]
  ) -> Arguments {
    guard let heard = HeardServer(events) else { return arguments }
    var adopted = heard.adopted(by: arguments)
    // A server elsewhere may have the same path there.
    guard !arguments.has(.dataDirectory), !arguments.has(.serverURL),
      let data = heard.start["data"],
      data != arguments.configuration.dataDirectory
    else { return adopted }
    guard isDirectory(data) else {
      found.append(
        .note("data-directory", "the running server's data directory \(data) is not on this host"))
      return adopted
    }
    found.append(
      .note("data-directory", "looked at \(data), which the running server says it serves"))
    try? adopted.set(.dataDirectory, data)
    let state = events.last { $0.name == "machines" && $0["count"] != nil }?["state"]
    if !arguments.has(.stateDirectory), let state, state != adopted.configuration.stateDirectory,
      isDirectory(state)
    {
      try? adopted.set(.stateDirectory, state)
    }
    return adopted
  }

  /// A path that is not absolute is another one for us than for the server.
  private static func isDirectory(_ path: String) -> Bool {
    path.hasPrefix("/") && (try? FileStatus.of(path: path))?.kind == .directory
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
      let events = LoggedEvent.list(answer)
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
      bytes = try FileDescriptor.contents(named: file, limit: maxLog)
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

  private static func reach(_ base: String, _ sources: LocalSources?) -> [Diagnosis] {
    let image = sources.flatMap { sources in
      FileWalk("images", in: sources.root).files.first { $0.status.size > 0 }?.name
    }
    return ReachDoctor(base: base, image: image).findings(now: WallClock.now.seconds)
  }
}

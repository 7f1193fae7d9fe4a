// BootServer: a server from its start to its end.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

/// The server with its log and its data directory.
package final class RunningServer: Sendable {
  /// The HTTP server, which listens already.
  package let server: Server
  let log: Log
  private let root: DataRoot
  private let configuration: Configuration
  let register: MachineRegister
  private let pools: [WorkPool]
  private let updater: ImageUpdater?
  /// Its places in the file system, which go with it.
  private let sockets = Mutex<[SocketName]>([])
  let listeners: EventListeners
  let metrics: Metrics

  /// Checks the data directory, binds, and starts the loops.
  ///
  /// - Parameters:
  ///   - inherited: sockets that systemd passed; else the configured address is bound.
  ///   - sink: where the log goes.
  package init(
    _ configuration: Configuration, inherited: [SharedListener] = [],
    sink: @escaping Log.Sink = StandardStream.writeToError
  ) throws(StartError) {
    self.configuration = configuration
    // First of all, for everything else opens some.
    let limits = try Self.descriptors(configuration)
    root = DataRoot(path: configuration.dataDirectory, others: configuration.alsoServed)
    root.hide(configuration.stateDirectory)
    do throws(Errno) {
      try root.check()
    } catch {
      throw StartError(
        description: "cannot use the data directory \(configuration.dataDirectory): \(error);"
          + " name another with --data-dir")
    }
    do throws(Errno) {
      log = try Log(level: configuration.logLevel, sink: sink)
    } catch {
      throw StartError(description: "cannot start a thread: \(error)")
    }
    let program = try configuration.onEvent.map { [log] (path) throws(StartError) in
      try EventProgram(path) { log.tell($0) }
    }
    let machines = try Self.machines(configuration, root, log)
    register = machines.register
    metrics = Metrics(boots: register.boots.metrics)
    pools = [machines.chores, machines.looks]
    listeners = try Self.listeners(
      program, configuration, register.command, log, limit: min(1000, limits.connections / 2))
    server = try Self.start(
      configuration, inherited, root, machines, (listeners, metrics), log, limits)
    updater = try ImageUpdater(configuration, root: root, log: log)
    serveSocket()
  }

  /// How the descriptors are shared out that this process may have.
  private static func descriptors(
    _ configuration: Configuration
  ) throws(StartError) -> DescriptorBudget {
    let limit = Process.raiseDescriptorLimit()
    let needed = 64 + 8 * loops(configuration)
    guard limit >= needed else {
      throw StartError(
        description: "the limit of open files is \(limit), but \(needed) are needed for"
          + " \(loops(configuration)) threads; raise it (ulimit -n, LimitNOFILE=)")
    }
    return DescriptorBudget(limit: limit)
  }

  private static func loops(_ configuration: Configuration) -> Int {
    configuration.threads ?? Thread.processors
  }

  private static func machines(
    _ configuration: Configuration, _ root: DataRoot, _ log: Log
  ) throws(StartError) -> MachineService {
    let token = try configuration.apiToken()
    if configuration.metrics == .token, token == nil {
      throw StartError(description: "--metrics token needs --api-token-file FILE")
    }
    let answerToken = try configuration.answerToken()
    try configuration.checkStateDirectory()
    try configuration.checkAlsoServed()
    do throws(Errno) {
      let register = try MachineRegister(configuration, root: root, log: log)
      return MachineService(
        register: register, profiles: SharedProfiles(root: root),
        unmatched: configuration.unmatched, localBoot: configuration.localBoot,
        tries: configuration.tries,
        apiToken: token, answerToken: answerToken,
        dialects: configuration.dialects,
        discovery: configuration.etcd.map {
          EtcdDiscovery(etcd: $0, size: configuration.discoverySize)
        },
        sessions: PageSessions(proxies: configuration.trustedProxies),
        chores: try WorkPool(capacity: 4), looks: try WorkPool(capacity: 32))
    } catch {
      throw StartError(description: "cannot start a thread: \(error)")
    }
  }

  /// - Parameter limit: of those who listen at once; machines need room, too.
  private static func listeners(
    _ program: EventProgram?, _ configuration: Configuration, _ command: OwnCommand, _ log: Log,
    limit: Int
  ) throws(StartError) -> EventListeners {
    do throws(Errno) {
      return try EventListeners(
        log.feed, numbers: EventNumbers(log.feed) { log.tell($0) }, program: program,
        lookout: Lookout(configuration, command: command, log: log), limit: limit)
    } catch {
      throw StartError(description: "cannot start a thread: \(error)")
    }
  }

  /// The state directory holds secrets: nothing in it is served, and its socket serves its owner.
  private func serveSocket() {
    register.whenOpen { [server, log, root, listeners, sockets] folder in
      root.hide(folder.path)
      listeners.open(folder)
      // systemd's RuntimeDirectory= is where the command line looks first.
      let runtime = Process.environment("RUNTIME_DIRECTORY")?.split(separator: ":").first
      for place in [folder.path] + (runtime.map { [String($0)] } ?? []) {
        let path = place + "/api.sock"
        do throws(Errno) {
          server.listen(also: try Listener.local(path))
          let name = try SocketName(path)
          sockets.withLock { $0.append(name) }
        } catch {
          log.tell(
            Event(
              .noSocket, .warning,
              [
                "socket": .text(path), "error": "\(error)",
                "hint":
                  "a socket's path has at most 107 bytes; choose --state-dir, or the API token",
              ]))
        }
      }
    }
  }

  private static func start(
    _ configuration: Configuration, _ inherited: [SharedListener], _ root: DataRoot,
    _ machines: MachineService,
    _ observers: (listeners: EventListeners, metrics: Metrics), _ log: Log,
    _ limits: DescriptorBudget
  ) throws(StartError) -> Server {
    let loops = loops(configuration)
    var settings = LoopSettings()
    settings.maxConnections = limits.connections
    settings.maxOverflow = limits.reserve / 8
    var source: ListenSource
    do throws(UsageError) {
      source = inherited.isEmpty ? try configuration.listen.resolved() : .inherited(inherited)
    } catch {
      throw StartError(description: error.description)
    }
    let makeService: @Sendable (FileReads) -> Service = { reads in
      BootService(
        configuration, root: root, listings: reads.listings, machines: machines, log: log,
        listeners: observers.listeners, metrics: observers.metrics,
        openFiles: limits.openFiles(loops: loops)
      ).service
    }
    do throws(Errno) {
      do throws(Errno) {
        return try Server(
          listen: source, root: root, loops: loops, settings: settings, makeService: makeService)
      } catch {
        // `:PORT` is every address there is, also where the kernel has no IPv6.
        guard error == .addressFamilyUnsupported, let plain = configuration.listen.anyIPv4 else {
          throw error
        }
        source = .address(plain, bothFamilies: false)
        return try Server(
          listen: source, root: root, loops: loops, settings: settings, makeService: makeService)
      }
    } catch {
      let hint =
        error == .addressInUse ? "; another server has it, choose another with --listen" : ""
      throw StartError(description: "cannot listen on \(configuration.listen): \(error)\(hint)")
    }
  }

  /// Says that the server serves: in the log, on a terminal, and to systemd.
  package func announce() {
    if StandardStream.outputIsTerminal {
      Process.writeToOutput(welcome.lines.map { Terminal.harmless($0) + "\n" }.joined())
    }
    for (folder, hint) in DataFolder.missing(in: root) {
      log.tell(
        Event(.folderMissing, .warning, ["folder": .text(folder), "hint": .text(hint)]))
    }
    var event = Event(.listening)
    event.add("address", server.addresses.map(\.description).joined(separator: " "))
    event.add("data", PrintFacts.absolute(configuration.dataDirectory))
    event.add("version", Version.text)
    if let base = configuration.base { event.add("base", .bytes(base)) }
    event.add("try", tryURL)
    log.tell(event)
    notifyReady()
  }

  private var welcome: Welcome {
    var address = server.addresses.first ?? .loopback(port: 0)
    if address.isUnspecified, let host = HostAddresses.first?.host { address.host = host }
    return Welcome(
      directory: configuration.dataDirectory,
      base: configuration.base.map { String(decoding: $0, as: UTF8.self) } ?? "http://\(address)",
      example: tryURL, root: root, trouble: trouble)
  }

  /// Why new machines get no installer, where the state was read already.
  private var trouble: String? {
    guard register.snapshot.careful != nil else { return nil }
    return OwnCommand(configuration).completed(
      "The state is careful, new machines get no installer: coreos-ipxe-server machines list says why."
    )
  }

  /// A URL to paste into a browser or behind `curl`.
  private var tryURL: String {
    var address = server.addresses.first ?? .loopback(port: 0)
    if address.isUnspecified { address.host = SocketAddress.loopback(port: 0).host }
    return "http://\(address)" + DataFolder.exampleTarget(in: root)
  }

  private func notifyReady() {
    guard let path = Process.environment("NOTIFY_SOCKET") else { return }
    if var address = server.addresses.first {
      if address.isUnspecified { address.host = SocketAddress.loopback(port: 0).host }
      do throws(Errno) {
        if address.port != 0 { _ = try Socket.connect(to: address) }
      } catch {
        log.tell(Event(.notReady, .error, ["address": "\(address)", "error": "\(error)"]))
        return
      }
    }
    notify("READY=1", path)
  }

  private func notify(_ message: String, _ path: String) {
    do throws(Errno) {
      try Socket.notify(path, message)
    } catch {
      log.tell(Event(.notify, .warning, ["socket": .text(path), "error": "\(error)"]))
    }
  }

  /// Finishes what is in flight, then the log; a second signal ends the process at once.
  package func stop(because signal: String) {
    log.tell(Event(.stopping, ["signal": .text(signal)]))
    if let path = Process.environment("NOTIFY_SOCKET") { notify("STOPPING=1", path) }
    try? Thread.spawn("signals") {
      _ = Process.waitForSignal()
      Process.exit(1)
    }
    end()
    log.tell(Event(.stopped))
    log.flush(milliseconds: 1000)
  }

  /// Finishes what is in flight and writes down what waits, at most some seconds each.
  package func end() {
    updater?.stop()
    server.stop()
    server.wait()
    // As long as the state directory is locked no other server makes one there.
    for name in sockets.withLock({ $0 }) { name.remove() }
    listeners.stop()
    register.stop()
    for pool in pools { pool.stop() }
  }
}

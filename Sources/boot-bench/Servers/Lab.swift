// boot-bench: starts the servers that are compared.
// SPDX-License-Identifier: Apache-2.0

import System

/// What all measurements work with: the files, and servers that serve them.
struct Lab {
  /// What every script's URLs begin with, so that all servers' scripts are the same bytes.
  private static let host = "boot.example:4777"

  /// Opens the machine API of a server that is started with it.
  static let token = "boot-bench-token-that-is-no-secret"

  let options: Options
  let cleanup: Cleanup
  let data: BenchData
  let descriptors: Int
  private let directory: String
  /// Our server's program.
  let program: String
  private var served: [Subject: Served]

  init(_ options: Options, _ cleanup: Cleanup) throws {
    self.options = options
    self.cleanup = cleanup
    descriptors = Process.raiseDescriptorLimit()
    program = try options.server ?? Self.siblingProgram()
    guard Files.isExecutable(program) else {
      throw Failure("\(program) is not there; build it: swift build -c release")
    }
    if options.peer == .nginx, !Files.isExecutable(NginxConfiguration.program) {
      throw Failure("\(NginxConfiguration.program) is not there; install Debian's nginx-light")
    }
    directory = try cleanup.makeDirectory()
    data = try BenchData(in: directory, imageBytes: options.scale.imageBytes)
    try data.writeProfiles(options.scale.profiles)
    try Files.write(Array("\(Self.token)\n".utf8), to: "\(directory)/token")
    served = try [
      .config: Served(
        path: BenchData.configPath,
        length: Files.read(data.dataDirectory + BenchData.configPath)
          .count, body: Files.read(data.dataDirectory + BenchData.configPath)),
      .image: Served(path: BenchData.imagePath, length: data.imageBytes, body: nil),
      .smallImage: Served(
        path: BenchData.smallImagePath, length: BenchData.smallImageBytes, body: nil),
    ]
    try renderScript()
  }

  /// What a flush of a few hundred bytes takes where the machines are kept: the median, in seconds.
  func flushSeconds() throws -> Double {
    let file = try Files.create(path("flushes"))
    var times: [Double] = []
    for _ in 0..<200 {
      _ = try file.write([UInt8](repeating: 0x20, count: 700), from: 0)
      let start = Clock.now
      try file.sync()
      times.append(Clock.seconds(since: start))
    }
    return Statistics.median(times) ?? 0
  }

  /// A path of this run's own.
  func path(_ name: String) -> String { "\(directory)/\(name)" }

  private static func siblingProgram() throws -> String {
    let path = try Process.executable()
    return String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) + "coreos-ipxe-server"
  }

  /// Asks our server once; what it says is what every server has to answer from then on.
  private mutating func renderScript() throws {
    let target = try launch(.ours)
    defer { stop(target) }
    var script: [UInt8] = []
    _ = try Fetch.fetch(target.address, host: Self.host, path: BenchData.scriptPath) { piece, _ in
      script += piece
    }
    let text = String(decoding: script, as: UTF8.self)
    for word in ["#!ipxe", BenchData.version, "ssh-ed25519 AAAA", "bench.yml", "boot"] {
      guard text.contains(word) else { throw Failure("our script has no '\(word)':\n\(text)") }
    }
    try data.store(script: script)
    served[.script] = Served(path: BenchData.scriptPath, length: script.count, body: script)
  }

  /// Starts a server and waits until it serves.
  ///
  /// - Parameters:
  ///   - isLogging: ours at its default log level into a file, nginx with its access log.
  ///   - state: the directory where ours keeps machines; `nil`: its default.
  ///   - hasAPI: ours serves the machine API to whoever has ``token``.
  func launch(
    _ kind: ServerKind, isLogging: Bool = false, state: String? = nil, hasAPI: Bool = false
  ) throws -> Target {
    if case .running(let address) = kind { return try runningTarget(address) }
    var target = try start(kind, isLogging: isLogging, state: state, hasAPI: hasAPI)
    try awaitAnswer(of: target, .config)
    if kind == .nginx, let main = target.processes.first {
      for _ in 0..<1000 where target.processes.count <= Thread.processors {
        target.processes = [main] + ProcessFigures.children(of: main)
        Clock.sleep(seconds: 0.001)
      }
    }
    return target
  }

  /// Starts a server and does not wait for it.
  func start(
    _ kind: ServerKind, isLogging: Bool = false, state: String? = nil, hasAPI: Bool = false
  ) throws -> Target {
    let address = try Address.free()
    let port = address.port
    let errors = "\(directory)/\(kind)-\(port).log"
    var target = Target(
      name: "\(kind)", address: address, host: Self.host, served: served)
    switch kind {
    case .running: throw Failure("a running server is not started")
    case .ours:
      target.log = isLogging ? errors : nil
      let level = isLogging ? "info" : "warning"
      let arguments =
        [
          "--data-dir", data.dataDirectory, "--listen", "\(target.address)", "--log-level", level,
        ] + (state.map { ["--state-dir", $0] } ?? [])
        + (hasAPI ? ["--api-token-file", "\(directory)/token"] : [])
      // Every measurement has a state directory of its own; none is to be taken for another one's.
      Files.remove("\(data.dataDirectory)/.coreos-ipxe-server")
      target.startedAt = Clock.now
      target.processes = [try cleanup.start(program, arguments, errors: errors)]
    case .nginx:
      target.log = isLogging ? "\(directory)/access-\(port).log" : nil
      let file = "\(directory)/nginx-\(port).conf"
      let text = NginxConfiguration.text(
        directory: directory, root: data.documentRoot, port: port, accessLog: target.log,
        descriptors: descriptors)
      try Files.write(Array(text.utf8), to: file)
      if let script = served[.script] {
        target.served[.script] = Served(
          path: BenchData.storedScriptPath, length: script.length, body: script.body)
      }
      let arguments = ["-p", directory, "-c", file, "-e", errors]
      target.startedAt = Clock.now
      target.processes = [
        try cleanup.start(NginxConfiguration.program, arguments, errors: errors)
      ]
    }
    return target
  }

  /// Ends a server that we started.
  ///
  /// - Returns: what is wrong if it had ended by itself.
  @discardableResult
  func stop(_ target: Target) -> String? {
    guard let process = target.processes.first else { return nil }
    if let ending = cleanup.ending(of: process) {
      return "\(target.name) ended by itself, status \(ending): \(lastWords(of: target))"
    }
    cleanup.end(process)
    return nil
  }

  /// Asks again and again until a complete 200 comes.
  func awaitAnswer(of target: Target, _ subject: Subject) throws {
    guard let file = target.served[subject] else { throw Failure("nothing to ask for") }
    try awaitAnswer(of: target, file.path)
  }

  /// - Parameter source: the address to ask from.
  func awaitAnswer(of target: Target, _ path: String, from source: Address? = nil) throws {
    let start = Clock.now
    while true {
      do {
        _ = try Fetch.fetch(target.address, host: target.host, path: path, from: source)
        return
      } catch {
        if let process = target.processes.first, let ending = cleanup.ending(of: process) {
          throw Failure(
            "\(target.name) ended at its start, status \(ending): \(lastWords(of: target))")
        }
        if Clock.seconds(since: start) > 10 {
          throw Failure("\(target.name) does not answer: \(error); \(lastWords(of: target))")
        }
      }
      Clock.sleep(seconds: 0.0001)
    }
  }

  private func lastWords(of target: Target) -> String {
    Cleanup.lastLine(of: "\(directory)/\(target.name)-\(target.address.port).log")
  }

  /// Fetches the image and compares every byte with the file; loads look at lengths only.
  func verifyImage(of target: Target) throws {
    if target.processes.isEmpty { return }
    let image = try Files.read(data.dataDirectory + BenchData.imagePath)
    let path = BenchData.imagePath
    let length = try Fetch.fetch(target.address, host: target.host, path: path) { piece, offset in
      guard offset + piece.count <= image.count, image[offset..<offset + piece.count] == piece
      else { throw Failure("\(target.name) sends another image than is in the file") }
    }
    guard length == image.count else { throw Failure("\(target.name) sends an image of \(length)") }
  }

  /// Learns what a running server serves at the paths that the options name.
  private func runningTarget(_ address: Address) throws -> Target {
    let host = "\(address)"
    var script: [UInt8] = []
    let length = try Fetch.fetch(address, host: host, path: options.path) { piece, _ in
      script += piece
    }
    var target = Target(
      name: host, address: address, host: host,
      served: [.script: Served(path: options.path, length: length, body: script)])
    if let path = options.imagePath {
      let length = try Fetch.fetch(address, host: host, path: path, isHeadEnough: true)
      target.served[.image] = Served(path: path, length: length, body: nil)
    }
    return target
  }
}

// BootServerTests: the program as it is installed.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The program", .waits, .serialized)
struct ProgramTests {
  static func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> (
    Int32, String
  ) {
    let result = try Program.run(
      Program.built("coreos-ipxe-server"), arguments, environment: environment)
    return (result.status, result.output)
  }

  @Test func `tells its help and version`() throws {
    let (status, help) = try Self.run(["--help"])
    #expect(status == 0 && help.hasPrefix("Usage: coreos-ipxe-server [OPTION]..."))
    let version = try Self.run(["--version"])
    #expect(version.0 == 0 && version.1.hasPrefix("coreos-ipxe-server "))
  }

  @Test func `ends with one line and a status when it cannot start`() throws {
    let missing = try Self.run(["--data-dir", "/nonexistent"])
    #expect(missing.0 == 1)
    #expect(
      missing.1
        == "coreos-ipxe-server: cannot use the data directory /nonexistent: No such file or"
        + " directory; name another with --data-dir\n")
    #expect(try Self.run(["--data-dir", "/etc/passwd"]).0 == 1)
    #expect(try Self.run(["--bogus"]).0 == 2)
    #expect(try Self.run([], ["COREOS_IPXE_SERVER_LOG_LEVEL": "x"]).0 == 2)
    let host = try Self.run(["--data-dir", "/", "--listen", "no.such.host.invalid:1"])
    #expect(host.0 == 1 && host.1.contains("no such host or port name"))
  }

  @Test func `prints a URL to try, warns of missing folders and serves them once they are there`()
    throws
  {
    let directory = try TemporaryDirectory()
    let server = try ServerProgram(directory.path)
    #expect(
      server.program.hasPrinted("try=http://127.0.0.1:\(server.port)/boot.ipxe", within: 1))
    for folder in ["configs", "images", "profiles", "sshkeys"] {
      #expect(server.program.printed.contains("event=folder-missing folder=\(folder)"))
    }
    try directory.write("profiles/p.json", "{}")
    #expect(try RawClient(port: server.port).get("/?profile=p").status == 200)
  }

  @Test func `refuses a port that is taken, and one of 20 starts at once gets it`() throws {
    let directory = try TemporaryDirectory()
    let first = try ServerProgram(directory.path)
    let arguments = ["--data-dir", directory.path, "--listen", "127.0.0.1:\(first.port)"]
    let second = try Self.run(arguments)
    #expect(second.0 == 1)
    #expect(second.1.contains("cannot listen on 127.0.0.1:\(first.port): Address already in use"))
    first.program.kill(SIGTERM)
    #expect(first.program.exitStatus(within: 5) == 0)
    let many = try (0..<20).map { _ in
      try Program(Program.built("coreos-ipxe-server"), arguments)
    }
    let end = Date().addingTimeInterval(10)
    while many.filter(\.isRunning).count > 1, Date() < end { usleep(10000) }
    usleep(300_000)
    #expect(many.filter(\.isRunning).count == 1)
    #expect(try RawClient(port: first.port).get("/healthz").status == 200)
  }

  @Test(.needs(.curl), arguments: [":0", "[::]:0"]) func `serves both families`(listen: String)
    throws
  {
    let directory = try TemporaryDirectory()
    let server = try ServerProgram(directory.path, listen: listen)
    #expect(try RawClient(port: server.port).get("/healthz").status == 200)
    let curl = try Program.run(
      "/usr/bin/curl", ["-sg", "http://[::1]:\(server.port)/healthz"])
    #expect(curl.output == "ok\n")
    #expect(server.program.hasPrinted("client=127.0.0.1:", within: 2))
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `finishes what is in flight when it is stopped`(signal: Int32) throws {
    let directory = try TemporaryDirectory()
    try directory.write("images/i", Data(count: 32 << 20))
    // Without the trail, whose git a stop waits for, too: on a busy machine that is longer than this.
    let server = try ServerProgram(directory.path, environment: ["PATH": "/nonexistent"])
    let idle = try RawClient(port: server.port)
    _ = try idle.get("/healthz")
    let client = try RawClient(port: server.port, receiveBuffer: 20000)
    try client.send("GET /images/i HTTP/1.1\r\nHost: h\r\n\r\n")
    try client.receive()
    server.program.kill(signal)
    #expect(server.program.hasPrinted("event=stopping", within: 2))
    // The line is written before the listeners close; what comes in between is answered.
    let end = Date().addingTimeInterval(2)
    while (try? RawClient(port: server.port).get("/healthz")) != nil, Date() < end { usleep(5000) }
    #expect(throws: ClientError.self) { try RawClient(port: server.port).get("/healthz") }
    #expect(try idle.rest().isEmpty)
    #expect(try client.answer().body.count == 32 << 20)
    #expect(server.program.exitStatus(within: 5) == 0)
    #expect(server.program.printed.contains("event=stopped"))
  }

  @Test func `ends at once at a second signal`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("images/i", Data(count: 32 << 20))
    let server = try ServerProgram(directory.path)
    let client = try RawClient(port: server.port, receiveBuffer: 4096)
    try client.send("GET /images/i HTTP/1.1\r\nHost: h\r\n\r\n")
    try client.receive()
    server.program.kill(SIGTERM)
    #expect(server.program.hasPrinted("event=stopping", within: 2))
    usleep(50000)
    server.program.kill(SIGTERM)
    #expect(server.program.exitStatus(within: 2) == 1)
  }

  @Test func `serves on when nobody reads its log, and when its reader is gone`() throws {
    let directory = try TemporaryDirectory(["profiles/p.json": "{}"])
    let ends = try Program.pipe()
    let port = try BoundSocket.freePort()
    let program = try Program(
      Program.built("coreos-ipxe-server"),
      ["--data-dir", directory.path, "--listen", "127.0.0.1:\(port)"], errorTo: ends[1])
    close(ends[1])
    for _ in 0..<500 where (try? RawClient(port: port)) == nil { usleep(10000) }
    let client = try RawClient(port: port)
    // The pipe takes 64 KB, the queue 2 MB: these lines of 600 bytes each are more.
    let name = String(repeating: "x", count: 500)
    for _ in 0..<45 {
      try client.send(
        String(repeating: "GET /images/\(name) HTTP/1.1\r\nHost: h\r\n\r\n", count: 100))
      for _ in 0..<100 { #expect(try client.answer().status == 404) }
    }
    close(ends[0])
    for _ in 0..<10 { #expect(try client.get("/?profile=p").status == 200) }
    program.kill(SIGTERM)
    #expect(program.exitStatus(within: 5) == 0)
  }

  @Test func `tells systemd when it is ready and when it stops, on both kinds of socket`() throws {
    let directory = try TemporaryDirectory()
    let abstract = "@coreos-ipxe-test-\(getpid())"
    for name in [directory.path + "/notify", abstract] {
      let socket = try NotifySocket(name)
      let server = try ServerProgram(directory.path, environment: ["NOTIFY_SOCKET": name])
      #expect(socket.receive() == "READY=1")
      server.program.kill(SIGTERM)
      #expect(socket.receive() == "STOPPING=1")
      #expect(server.program.exitStatus(within: 5) == 0)
    }
  }

  /// Starts the program with a listening socket as descriptor 3.
  static func activated(
    _ socket: BoundSocket, _ directory: String, owner: String, port: UInt16
  ) throws -> Program {
    let command = "LISTEN_FDS=1 LISTEN_PID=\(owner) exec \"$0\" \"$@\""
    return try Program(
      "/bin/sh",
      [
        "-c", command, Program.built("coreos-ipxe-server"), "--data-dir", directory, "--listen",
        "127.0.0.1:\(port)",
      ], passing: socket.descriptor)
  }

  @Test func `serves the socket that systemd passes it, on all its loops`() throws {
    let directory = try TemporaryDirectory(["profiles/p.json": "{}"])
    let socket = try BoundSocket()
    socket.listen()
    let program = try Self.activated(socket, directory.path, owner: "$$", port: 1)
    #expect(program.hasPrinted("address=127.0.0.1:\(socket.port) ", within: 10))
    let clients = try (0..<50).map { _ in try RawClient(port: socket.port) }
    for client in clients { #expect(try client.get("/?profile=p").status == 200) }
    // What it was passed is not passed on.
    let info = try String(
      contentsOfFile: "/proc/\(program.identifier)/fdinfo/3", encoding: .utf8)
    let flags = try #require(info.split(separator: "\n").first { $0.hasPrefix("flags:") })
    let value = try #require(Int(flags.split(separator: "\t").last ?? "", radix: 8))
    #expect(value & 0o2000000 != 0)
    program.kill(SIGTERM)
    #expect(program.exitStatus(within: 5) == 0)
    // The socket is systemd's: it still takes connections for the next start.
    #expect(throws: Never.self) { try RawClient(port: socket.port) }
  }

  @Test(.needs(root: true))
  func `says why a directory cannot be made`() throws {
    let directory = try TemporaryDirectory(["profiles/p.json": "{}"])
    chmod(directory.path, 0o755)
    let copy = directory.path + "/server"
    try Program.copyServer(to: copy)
    let server = try Program(
      Tool.setpriv.path,
      [
        "--reuid", "65534", "--regid", "65534", "--clear-groups", copy, "--data-dir",
        directory.path, "--listen", "127.0.0.1:0", "--state-dir", directory.path + "/state",
      ])
    #expect(
      server.hasPrinted(
        "event=no-machines error=\"\(directory.path)/state: Permission denied\"", within: 10))
  }

  /// All of them had connected and asked: 144 of 400 were reset once.
  @Test func `answers whoever is in the backlog when it is told to stop`() throws {
    let directory = try TemporaryDirectory(["profiles/p.json": "{}"])
    let server = try ServerProgram(directory.path, ["--threads", "2"])
    server.program.kill(SIGSTOP)
    let clients = try (0..<400).map { _ in try RawClient(port: server.port) }
    for client in clients { try client.send("GET /?profile=p HTTP/1.1\r\nHost: h\r\n\r\n") }
    server.program.kill(SIGTERM)
    server.program.kill(SIGCONT)
    let answered = clients.count { (try? $0.answer().status) == 200 }
    #expect(answered == 400)
    #expect(server.program.exitStatus(within: 10) == 0)
  }

  @Test func `leaves sockets alone that were passed to another process`() throws {
    let directory = try TemporaryDirectory()
    let socket = try BoundSocket()
    socket.listen()
    let port = try BoundSocket.freePort()
    let program = try Self.activated(socket, directory.path, owner: "1", port: port)
    #expect(program.hasPrinted("address=127.0.0.1:\(port) ", within: 10))
  }

  @Test func `has room for as many connections as it has descriptors, and says so beyond`() throws {
    let directory = try TemporaryDirectory(["profiles/p.json": "{}", "configs/c.yml": "c"])
    let port = try BoundSocket.freePort()
    let program = try Program(
      "/bin/sh",
      [
        "-c", "ulimit -n 120; exec \"$0\" \"$@\"", Program.built("coreos-ipxe-server"),
        "--data-dir", directory.path, "--listen", "127.0.0.1:\(port)",
      ])
    try #require(program.hasPrinted("event=listening", within: 10))
    var clients: [RawClient] = []
    for _ in 0..<60 {
      let client = try RawClient(port: port)
      #expect(try client.get("/?profile=p").status == 200)
      clients.append(client)
    }
    let beyond = try RawClient(port: port)
    try? beyond.send("GET /?profile=p HTTP/1.1\r\nHost: h\r\n\r\n")
    let answer = try beyond.answer()
    #expect(answer.status == 503 && answer["retry-after"] == "2")
    // Those who are in are served, files too.
    #expect(try clients[0].get("/configs/c.yml").text == "c")
    clients.removeFirst(30)
    usleep(100_000)
    #expect(try RawClient(port: port).get("/configs/c.yml").status == 200)
  }

  @Test func `refuses a descriptor that systemd did not pass or that is no listener`() throws {
    let directory = try TemporaryDirectory()
    let unbound = try BoundSocket()
    let wrong = try Self.activated(unbound, directory.path, owner: "$$", port: 1)
    #expect(wrong.exitStatus(within: 5) == 1)
    #expect(wrong.printed.contains("LISTEN_FDS passes descriptor 3, which is no listening socket"))
  }

  @Test(.needs(.setpriv, root: true))
  func `refuses a data directory that it may not read`() throws {
    let directory = try TemporaryDirectory()
    try #require(chmod(directory.path, 0o700) == 0)
    // A copy where anyone may run it: the build directory may be closed to others.
    let place = try TemporaryDirectory()
    let copy = place.path + "/server"
    try Program.copyServer(to: copy)
    try #require(chmod(place.path, 0o755) == 0)
    let result = try Program.run(
      Tool.setpriv.path,
      [
        "--reuid", "65534", "--clear-groups", copy, "--data-dir", directory.path, "--listen",
        "127.0.0.1:0",
      ])
    #expect(result.status == 1)
    #expect(
      result.output
        == "coreos-ipxe-server: cannot use the data directory \(directory.path): Permission denied;"
        + " name another with --data-dir\n")
  }

  @Test func `says so when it has too few descriptors`() throws {
    let directory = try TemporaryDirectory()
    let result = try Program.run(
      "/bin/sh",
      [
        "-c", "ulimit -n 30; exec \"$0\" \"$@\"", Program.built("coreos-ipxe-server"), "--data-dir",
        directory.path, "--listen", "127.0.0.1:0",
      ])
    #expect(result.status == 1 && result.output.contains("the limit of open files is 30"))
  }
}

// BootServerTests: HTTP/1.1 over real connections.
// SPDX-License-Identifier: Apache-2.0

import BootServer
import Foundation
import TestSupport
import Testing

@Suite("A connection to the server", .waits)
struct ConnectionTests {
  static let files = ["profiles/p.json": #"{"version":"1"}"#, "configs/c.yml": "c\n"]
  static let ask = "GET /?profile=p HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test func `answers requests behind one another in order`() throws {
    let server = try TestServer(Self.files)
    let client = try server.client()
    let targets = (0..<200).map { ["/?profile=p", "/configs/c.yml", "/nothing"][$0 % 3] }
    try client.send(targets.map { "GET \($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
    for target in targets {
      let answer = try client.answer()
      let start = ["/?profile=p": "#!ipxe", "/configs/c.yml": "c\n"][target] ?? "nothing is here"
      #expect(answer.text.hasPrefix(start))
    }
  }

  @Test func `answers requests that come behind a large answer`() throws {
    let server = try TestServer(Self.files)
    try server.directory.write("images/i", Data(count: 8 << 20))
    let client = try RawClient(port: server.port, receiveBuffer: 20000)
    let image = "GET /images/i HTTP/1.1\r\nHost: h\r\n\r\n"
    try client.send(image + Self.ask + image + Self.ask)
    for _ in 0..<2 {
      #expect(try client.answer().body.count == 8 << 20)
      #expect(try client.answer().text.hasPrefix("#!ipxe"))
    }
  }

  @Test func `takes a request a byte at a time`() throws {
    let server = try TestServer(Self.files)
    let client = try server.client()
    for byte in Self.ask.utf8 {
      try client.send(Data([byte]))
      usleep(200)
    }
    #expect(try client.answer().status == 200)
  }

  @Test func `closes when it is asked to, and HTTP/1.0 unless it asks to stay`() throws {
    let server = try TestServer(Self.files)
    for head in [
      "GET /?profile=p HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "GET /?profile=p HTTP/1.0\r\nHost: h\r\n\r\n",
    ] {
      let client = try server.client()
      try client.send(head)
      let answer = try client.answer()
      #expect(answer["connection"] == "close")
      #expect(try client.rest().isEmpty)
    }
    let client = try server.client()
    for _ in 0..<2 {
      try client.send("GET /?profile=p HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n")
      #expect(try client.answer()["connection"] == "keep-alive")
    }
  }

  @Test func `answers a client that stops sending after its request`() throws {
    let server = try TestServer(Self.files)
    let client = try server.client()
    try client.send(Self.ask)
    client.endSending()
    #expect(try client.answer().status == 200)
    #expect(try client.rest().isEmpty)
  }

  @Test func `gets its last answer whole though it sends something behind its request`() throws {
    let server = try TestServer(Self.files)
    try server.directory.write("images/i", Data(count: 8 << 20))
    let client = try RawClient(port: server.port, receiveBuffer: 4096)
    try client.send("GET /images/i HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    usleep(300_000)
    try client.send("\r\n")
    // Slower than the time a connection is drained for.
    for _ in 0..<5 {
      try client.receive(limit: 1000)
      usleep(600_000)
    }
    #expect(try client.answer().body.count == 8 << 20)
  }

  @Test func `gets 100 Continue before its body, and none before a refusal`() throws {
    let server = try TestServer(Self.files)
    let client = try server.client()
    let head = "HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
    try client.send("POST /?profile=p \(head)")
    #expect(try client.answer().statusLine == "HTTP/1.1 100 Continue")
    try client.send("form")
    #expect(try client.answer().status == 200)
    try client.send("PUT /configs/c.yml \(head)")
    #expect(try client.answer().status == 405)
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\nHost: h\r\n\r\n", 400), ("GET /\(String(repeating: "a", count: 17000))", 414),
    ("GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "a", count: 66000))\r\n\r\n", 431),
    ("POST /?profile=p HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n", 413),
    ("GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505), ("\u{16}\u{3}\u{1}\u{2}", 400),
    ("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n", 405),
  ])
  func `that is refused gets its answer whole, though it sends on`(start: String, status: Int)
    throws
  {
    let server = try TestServer(Self.files)
    let client = try server.client()
    try client.send(start)
    // Data that arrives after a close would make the kernel reset the connection.
    usleep(50000)
    for _ in 0..<3 { try? client.send(String(repeating: "x", count: 30000)) }
    let answer = try client.answer()
    #expect(answer.status == status && answer["connection"] == "close")
    #expect(answer.text.hasSuffix("\n"))
    #expect(try client.rest().isEmpty)
    #expect(server.logHolds("event=refused"))
  }

  @Test func `keeps its place when another one is slow`() throws {
    let server = try TestServer(Self.files, threads: 1)
    try server.directory.write("images/i", Data(count: 32 << 20))
    let slow = try (0..<8).map { _ in try RawClient(port: server.port, receiveBuffer: 4096) }
    for client in slow { try client.send("GET /images/i HTTP/1.1\r\nHost: h\r\n\r\n") }
    let half = try server.client()
    try half.send("GET / HT")
    for _ in 0..<50 { #expect(try server.get("/?profile=p").status == 200) }
  }

  @Test func `of a browser and a fuzzer alike leaves the server up`() throws {
    let server = try TestServer(Self.files)
    var seed: UInt64 = 42
    for _ in 0..<200 {
      let client = try server.client()
      var bytes = Data()
      for _ in 0..<(Int(seed % 300)) {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(UInt8(truncatingIfNeeded: seed >> 56))
      }
      seed = seed &* 6_364_136_223_846_793_005 &+ 1
      try? client.send(bytes)
      client.endSending()
      _ = try? client.rest()
    }
    #expect(try server.get("/healthz").status == 200)
  }

  @Test func `never gets a descriptor lost`() throws {
    let server = try TestServer(Self.files)
    func count() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
        let target = try? FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/self/fd/\($0)")
        return target?.hasPrefix(server.directory.path) == true
      }.count
    }
    for round in 0..<700 {
      try server.directory.write("configs/\(round).yml", "x")
      _ = try server.get("/configs/\(round).yml")
      _ = try server.get("/?profile=\(round)")
    }
    // Two loops, each with at most as many files as it may keep, and the root.
    #expect(try count() <= 2 * 256 + 2)
  }
}

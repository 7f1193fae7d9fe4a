// BootServerTests: who may pass from a browser to the socket.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTP
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("The gate of page")
struct PageGateTests {
  private static let start = Instant(nanoseconds: 1_000_000_000_000)

  private static func status(
    _ gate: PageGate, _ path: String, method: String = "GET", host: String = "127.0.0.1:99",
    _ fields: [String] = [], after seconds: Int = 1
  ) throws -> Int {
    let head = try PageSessionTests.head(fields, method: method, path: path, host: host)
    switch gate.look(at: head, now: start.advanced(seconds: seconds)) {
    case .pass: return 0
    case .answer(let response): return response.status.rawValue
    }
  }

  private static func open(_ gate: PageGate) throws -> String {
    let url = try #require(gate.url)
    let path = String(url.dropFirst("http://127.0.0.1:99".count))
    let head = try PageSessionTests.head(path: path, host: "127.0.0.1:99")
    guard case .answer(let response) = gate.look(at: head, now: start) else { return "" }
    let fields = String(decoding: response.fields, as: UTF8.self)
    let match = try #require(try #/Set-Cookie: ([^;]+);/#.firstMatch(in: fields))
    return "Cookie: \(match.1)"
  }

  @Test func `lets in who has the URL, once, and for a minute`() throws {
    let gate = PageGate(port: 99, now: Self.start)
    let path = String(try #require(gate.url).dropFirst("http://127.0.0.1:99".count))
    #expect(try Self.status(gate, "/ui/") == 403)
    #expect(try Self.status(gate, "/open/wrong") == 403)
    #expect(try Self.status(gate, path, after: 60) == 403)
    #expect(try Self.status(gate, path, method: "POST") == 403)
    #expect(try Self.status(gate, path, after: 59) == 200)
    #expect(try Self.status(gate, path, after: 59) == 403)
    #expect(gate.url == nil)
  }

  @Test func `takes only requests for itself, by its cookie`() throws {
    let gate = PageGate(port: 99, now: Self.start)
    let cookie = try Self.open(gate)
    #expect(try Self.status(gate, "/ui/", [cookie]) == 0)
    #expect(try Self.status(gate, "/machines?limit=1", host: "LOCALHOST:99", [cookie]) == 0)
    for host in ["evil:99", "127.0.0.1", "127.0.0.1:98", "localhost", "127.0.0.1.evil:99"] {
      #expect(try Self.status(gate, "/ui/", host: host, [cookie]) == 403, "\(host)")
    }
    #expect(try Self.status(gate, "/", [cookie]) == 303)
    for path in [
      "/state", "/state/backup", "/?profile=x", "/images/", "/machinesx", "/ui/../state",
    ] {
      #expect(try Self.status(gate, path, [cookie]) != 0, "\(path)")
    }
  }

  @Test func `takes changes from its own page alone`() throws {
    let gate = PageGate(port: 99, now: Self.start)
    let cookie = try Self.open(gate)
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
      #expect(try Self.status(gate, "/machines/a", method: method, [cookie]) == 403)
      for origin in ["http://127.0.0.1:98", "null", "http://localhost:99"] {
        let fields = [cookie, "Origin: \(origin)"]
        #expect(try Self.status(gate, "/machines/a", method: method, fields) == 403)
      }
      let own = [cookie, "Origin: http://127.0.0.1:99"]
      #expect(try Self.status(gate, "/machines/a", method: method, own) == 0)
    }
  }

  @Test func `hands on what the server may need, and no cookie`() {
    let head = """
      PATCH /machines/a HTTP/1.1\r
      Host: 127.0.0.1:99\r
      Cookie: a=b\r
      Authorization: Bearer x\r
      Connection: keep-alive\r
      Content-Length: 99\r
      If-Match: "1"\r
      Last-Event-ID: 7\r
      \r\n
      """
    let sent = String(
      decoding: PageProxy.forwarded(Array(head.utf8), Array("{}".utf8)), as: UTF8.self)
    #expect(
      sent == "PATCH /machines/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + "If-Match: \"1\"\r\nLast-Event-ID: 7\r\nContent-Length: 2\r\n\r\n{}")
  }
}

@Suite("page")
struct PageCommandTests {
  private struct Opened {
    let server: ServerProgram
    let page: Program
    let port: UInt16
    let path: String

    init(_ directory: TemporaryDirectory) throws {
      server = try ServerProgram(directory.path)
      page = try Program(
        Program.built("coreos-ipxe-server"), ["page", "--data-dir", directory.path])
      #expect(page.hasPrinted("Ctrl-C ends the page", within: 10), "\(page.printed)")
      let match = try #require(
        try #/Open http:\/\/127\.0\.0\.1:(\d+)(/open/\w+)\n/#.firstMatch(in: page.printed))
      port = try #require(UInt16(match.1))
      path = String(match.2)
    }

    func get(_ path: String, _ fields: [String] = []) throws -> Answer {
      try RawClient(port: port).get(path, host: "127.0.0.1:\(port)", fields: fields)
    }
  }

  @Test func `serves the page by the socket, and ends with Ctrl-C`() throws {
    let directory = try TemporaryDirectory(["profiles/p.json": "{}"])
    let opened = try Opened(directory)
    #expect(try opened.get("/ui/").status == 403)
    let first = try opened.get(opened.path)
    #expect(first.status == 200 && first.text.contains("url=/ui/"))
    let cookie = "Cookie: " + (first["set-cookie"] ?? "").prefix { $0 != ";" }
    #expect(try opened.get(opened.path, [cookie]).status == 403)
    let page = try opened.get("/ui/", [cookie])
    #expect(page.status == 200 && page.text.contains("data-by=\"socket\""))
    #expect(try opened.get("/ui/profiles", [cookie]).text == "[\"p\"]\n")
    let client = try RawClient(port: opened.port)
    try client.send(
      "PUT /machines/\(MachineLab.uuid(1)) HTTP/1.1\r\nHost: 127.0.0.1:\(opened.port)\r\n\(cookie)\r\n"
        + "Origin: http://127.0.0.1:\(opened.port)\r\nContent-Length: 15\r\n\r\n{\"profile\":\"p\"}"
    )
    #expect(try client.answer().status == 201)
    #expect(try client.rest().isEmpty)
    opened.server.program.kill(SIGKILL)
    _ = opened.server.program.exitStatus(within: 5)
    #expect(try opened.get("/ui/", [cookie]).status == 503)
    opened.page.kill(SIGINT)
    #expect(opened.page.exitStatus(within: 5) == 0)
  }

  @Test func `says what is wrong where there is no server`() throws {
    let directory = try TemporaryDirectory(["profiles/": ""])
    let ended = try Program.run(
      Program.built("coreos-ipxe-server"), ["page", "--data-dir", directory.path])
    #expect(ended.status == 1 && ended.output.contains("there is no socket"))
  }
}

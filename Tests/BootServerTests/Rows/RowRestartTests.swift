// BootServerTests/Rows: state directories that are not what they were, under the real server.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

/// A data directory, and one server after another on it.
private final class Site {
  let directory: TemporaryDirectory
  private var server: ServerProgram?

  init(_ files: [String: String] = [:]) throws {
    directory = try TemporaryDirectory(MachineLab.profiles.merging(files) { $1 })
  }

  var state: String { directory.path + "/state" }
  var printed: String { server?.program.printed ?? "" }

  func start() throws { server = try ServerProgram(directory.path) }

  func stop(_ signal: Int32 = SIGTERM) {
    server?.program.kill(signal)
    _ = server?.program.exitStatus(within: 10)
    server = nil
  }

  func boot(_ query: String) throws -> Answer {
    try RawClient(port: server?.port ?? 0).get("/boot.ipxe?" + query)
  }

  func post(_ target: String) throws -> Int {
    try RawClient(port: server?.port ?? 0).get(target, method: "POST").status
  }

  func api(_ method: String, _ path: String, _ body: String = "") throws -> Answer {
    let client = try RawClient(socket: state + "/api.sock")
    try client.send(
      "\(method) \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    return try client.answer()
  }

  /// A machine boots, is installed, and runs.
  func install(_ query: String) throws {
    let script = try boot(query)
    let token = try #require(try #/machine=([0-9a-f-]+)&token=(\w+)/#.firstMatch(in: script.text))
    for word in ["installed", "running"] {
      #expect(try post("/machines/\(token.1)/\(word)?token=\(token.2)") == 204)
    }
  }

  func makeState() throws {
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
  }

  func move(_ old: String, _ new: String) throws {
    try FileManager.default.moveItem(atPath: old, toPath: new)
  }

  /// As `cp -a` does it; a socket is no file.
  func copy(_ old: String, _ new: String) throws {
    let result = try Program.run("/bin/cp", ["-a", old, new])
    #expect(result.status == 0, "\(result.output)")
  }
}

@Suite("A server whose state directory is not what it was", .waits)
struct RowRestartTests {
  private static let first = MachineLab.query(1)
  private static let careful = "the server's state directory may be older than what happened"

  /// Row 6.
  @Test func `keeps names and slot of a record that cannot be read any more`() throws {
    let core = #"{"os":"flatcar","version":"1","quantity":1,"install":{"cloud_config":"inst"}}"#
    let site = try Site(["profiles/core.json": core])
    let card = "mac=\(MachineLab.mac(1))"
    let uuid = "uuid=\(MachineLab.uuid(1))"
    try site.start()
    for query in [card, "\(card)&\(uuid)", "\(uuid)&mac=\(MachineLab.mac(2))"] {
      #expect(try site.boot(query).status == 200)
    }
    try site.install(card)
    site.stop()
    try site.directory.write("state/machines/52-54-00-00-00-01.json", "\u{0}\u{0}")
    for _ in 0..<2 {
      try site.start()
      for query in [card, "\(uuid)&mac=\(MachineLab.mac(2))", "\(uuid)&mac=\(MachineLab.mac(7))"] {
        let answer = try site.boot(query)
        #expect(answer.status == 503 && answer.text.contains("cannot be used"), "\(answer.text)")
      }
      // Its slot is not free.
      #expect(try site.boot(MachineLab.query(3)).text.contains("no profile takes it"))
      site.stop()
    }
  }

  /// Row 9: as an unmounted disk leaves it, and as systemd's `StateDirectory=` makes it.
  @Test(arguments: [true, false])
  func `that is empty by now holds newcomers until it is trusted`(isThere: Bool) throws {
    let site = try Site()
    try site.start()
    try site.install(Self.first)
    site.stop()
    try site.move(site.state, site.directory.path + "/away")
    if isThere { try site.makeState() }
    for _ in 0..<2 {
      try site.start()
      #expect(site.printed.contains("event=state-careful"), "\(site.printed)")
      let answer = try site.boot(Self.first)
      #expect(answer.status == 503 && answer.text.contains(Self.careful), "\(answer.text)")
      site.stop()
    }
    try site.start()
    #expect(try site.api("POST", "/state/trust").status == 200)
    #expect(try site.boot(Self.first).text.contains("production_pxe"))
    site.stop()
    try site.start()
    #expect(try site.boot(MachineLab.query(2)).status == 200)
    #expect(!site.printed.contains("event=state-careful"))
  }

  /// Row 9, while the server runs.
  @Test func `that is replaced by an empty one holds newcomers as well`() throws {
    let site = try Site()
    try site.start()
    try site.install(Self.first)
    try site.move(site.state, site.directory.path + "/away")
    try site.makeState()
    // Its own disk from memory, or held; never its installer.
    var statuses: Set<Int> = []
    for _ in 0..<60 {
      let answer = try site.boot(Self.first)
      statuses.insert(answer.status)
      #expect(!answer.text.contains("production_pxe"))
      #expect(try site.boot(MachineLab.query(2)).status == 503)
      usleep(50_000)
    }
    #expect(statuses.isSubset(of: [200, 503]))
    #expect(site.printed.contains("event=state-careful"), "\(site.printed)")
  }

  /// Row 9c.
  @Test func `that was put back from a backup holds whom it would install again`() throws {
    let site = try Site()
    try site.start()
    #expect(try site.boot(MachineLab.query(2)).status == 200)
    site.stop()
    try site.copy(site.state, site.directory.path + "/backup")
    try site.start()
    try site.install(Self.first)
    site.stop(SIGKILL)
    try FileManager.default.removeItem(atPath: site.state)
    try site.copy(site.directory.path + "/backup", site.state)
    try site.start()
    #expect(site.printed.contains("event=state-careful"), "\(site.printed)")
    let answer = try site.boot(Self.first)
    #expect(answer.status == 503 && answer.text.contains(Self.careful), "\(answer.text)")
    // A claim is a person's word, careful or not.
    let claim = #"{"profile":"core"}"#
    #expect(try site.api("PATCH", "/machines/\(MachineLab.uuid(1))", claim).status == 200)
    #expect(try site.boot(Self.first).text.contains("production_pxe"))
  }

  /// Row 10: what a kill leaves of a first contact that nobody was answered is nothing, or all of it.
  @Test func `that a kill at the first contact left holds nobody`() throws {
    let site = try Site()
    for number in 1...12 {
      try site.start()
      // Hangs up, so that nothing is acknowledged; the server dies at one moment or another.
      let client = try RawClient(socket: site.state + "/api.sock")
      try client.send("GET /boot.ipxe?\(MachineLab.query(number)) HTTP/1.1\r\nHost: h\r\n\r\n")
      usleep(UInt32(number * 400))
      site.stop(SIGKILL)
      try site.start()
      #expect(try site.boot(MachineLab.query(number)).status == 200)
      site.stop(number % 2 == 0 ? SIGKILL : SIGTERM)
    }
  }

  /// Row 12c.
  @Test func `that was moved while a copy took its place takes no change before it is opened anew`()
    throws
  {
    let site = try Site()
    try site.start()
    #expect(try site.boot(Self.first).status == 200)
    let client = try RawClient(socket: site.state + "/api.sock")
    try site.move(site.state, site.directory.path + "/away")
    try site.copy(site.directory.path + "/away", site.state)
    let body = #"{"hostname":"n1"}"#
    let path = "/machines/\(MachineLab.uuid(1))"
    func patch(_ client: RawClient) throws -> Answer {
      try client.send(
        "PATCH \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
      return try client.answer()
    }
    let refused = try patch(client)
    #expect(
      refused.status == 503 && refused.text.contains("is not the one any more that was opened"))
    #expect(!refused.text.contains(site.directory.path))
    #expect(try site.boot(Self.first).status == 200)
    var status = 0
    for _ in 0..<100 where status != 200 {
      usleep(100_000)
      // The socket in the directory is a new one by then.
      status = (try? site.api("PATCH", path, body).status) ?? 0
    }
    #expect(status == 200, "\(site.printed)")
    site.stop(SIGKILL)
    try site.start()
    #expect(try site.api("GET", path).text.contains("\"hostname\":\"n1\""))
  }
}

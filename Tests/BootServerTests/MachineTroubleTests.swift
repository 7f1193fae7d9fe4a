// BootServerTests: machines when something is wrong.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("Machines, when something is wrong", .waits)
struct MachineTroubleTests {
  static func file(_ number: Int) -> String { "state/machines/\(MachineLab.uuid(number)).json" }

  @Test func `take a record that was edited by hand`() throws {
    let lab = try MachineLab()
    _ = try lab.boot(MachineLab.query(1))
    lab.server.settle()
    let file = Self.file(1)
    let text = String(decoding: try lab.server.directory.read(file), as: UTF8.self)
    try lab.server.directory.write(file, text.replacing("\"installing\"", with: "\"installed\""))
    #expect(try lab.boot(MachineLab.query(1)).text.contains("sanboot"))
    #expect(try lab.state(MachineLab.uuid(1)) == "installed")
    #expect(lab.server.logHolds("event=record-edited machine=\(MachineLab.uuid(1))"))
  }

  @Test(arguments: ["", "{", "null", "\u{0}\u{0}\u{0}", "{\"id\":\"x\"}"])
  func `are held while their record is nonsense, and never new`(nonsense: String) throws {
    let lab = try MachineLab()
    let config = try #require(MachineLab.config(try lab.boot(MachineLab.query(1))))
    let report = try lab.reportURL("installed", in: config)
    _ = try lab.boot(MachineLab.query(2))
    lab.server.settle()
    let text = String(decoding: try lab.server.directory.read(Self.file(1)), as: UTF8.self)
    try lab.server.directory.write(Self.file(1), nonsense)
    for _ in 0..<2 {
      let answer = try lab.boot(MachineLab.query(1))
      #expect(
        answer.status == 503
          && answer.text.contains("machines/\(MachineLab.uuid(1)).json cannot be used"))
    }
    #expect(
      try lab.api("PATCH", "/machines/\(MachineLab.uuid(1))", #"{"hostname":"n"}"#).status == 500)
    #expect(try lab.server.get(report, method: "POST").status == 503)
    // The others go on, and so does this one once it is mended: its installer has its token.
    #expect(try lab.boot(MachineLab.query(2)).status == 200)
    try lab.server.directory.write(Self.file(1), text)
    #expect(try lab.boot(MachineLab.query(1)).status == 200)
    #expect(try lab.server.get(report, method: "POST").status == 204)
    #expect(try lab.records().count == 2)
  }

  @Test func `are held when their record is gone, until it is removed or put back`() throws {
    let lab = try MachineLab()
    _ = try lab.boot(MachineLab.query(1))
    lab.server.settle()
    let text = try lab.server.directory.read(Self.file(1))
    try FileManager.default.removeItem(atPath: lab.server.directory.path + "/" + Self.file(1))
    #expect(try lab.boot(MachineLab.query(1)).text.contains("it is gone; put it back"))
    try lab.server.directory.write(Self.file(1), text)
    #expect(try lab.boot(MachineLab.query(1)).status == 200)
    try FileManager.default.removeItem(atPath: lab.server.directory.path + "/" + Self.file(1))
    #expect(try lab.boot(MachineLab.query(1)).status == 503)
    #expect(try lab.api("DELETE", "/machines/\(MachineLab.uuid(1))").status == 204)
    #expect(try lab.boot(MachineLab.query(1)).status == 200)
    #expect(try lab.state(MachineLab.uuid(1)) == "installing")
  }

  /// An installer that is at work has its token, whatever became of the file meanwhile.
  @Test(arguments: ["", "{", "gone"])
  func `report with their token once a record that was damaged at the start is mended`(
    damage: String
  ) throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    let first = try ServerProgram(directory.path)
    let script = try RawClient(port: first.port).get("/boot.ipxe?" + MachineLab.query(1)).text
    let token = try #require(try #/token=(\w+)/#.firstMatch(in: script)?.1)
    first.program.kill(SIGTERM)
    _ = first.program.exitStatus(within: 10)
    let text = String(decoding: try directory.read(Self.file(1)), as: UTF8.self)
    if damage == "gone" {
      try FileManager.default.removeItem(atPath: directory.path + "/" + Self.file(1))
    } else {
      try directory.write(Self.file(1), damage)
    }
    for signal in [SIGKILL, SIGTERM] {
      let next = try ServerProgram(directory.path)
      #expect(
        try RawClient(port: next.port).get("/boot.ipxe?" + MachineLab.query(1)).status == 503)
      next.program.kill(signal)
      _ = next.program.exitStatus(within: 10)
    }
    let last = try ServerProgram(directory.path)
    let report = "/machines/\(MachineLab.uuid(1))/installed?token=\(token)"
    #expect(try RawClient(port: last.port).get(report, method: "POST").status == 503)
    try directory.write(Self.file(1), text)
    #expect(
      try RawClient(port: last.port).get("/boot.ipxe?" + MachineLab.query(1)).text == script)
    #expect(try RawClient(port: last.port).get(report, method: "POST").status == 204)
  }

  @Test func `are not new after a restart, when their record is gone`() throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    let query = "/boot.ipxe?" + MachineLab.query(1)
    func serve(_ body: (UInt16) throws -> Void) throws {
      let server = try ServerProgram(directory.path)
      try body(server.port)
      server.program.kill(SIGTERM)
      _ = server.program.exitStatus(within: 10)
    }
    try serve { port in
      let status = try RawClient(port: port).get(query).status
      #expect(status == 200)
    }
    try FileManager.default.removeItem(atPath: directory.path + "/" + Self.file(1))
    try serve { port in
      let answer = try RawClient(port: port).get(query)
      #expect(answer.status == 503 && answer.text.contains("it is gone; put it back"))
      let client = try RawClient(socket: directory.path + "/state/api.sock")
      #expect(try client.get("/machines/\(MachineLab.uuid(1))", method: "DELETE").status == 204)
    }
    // What was removed may come back as new.
    try serve { port in
      let status = try RawClient(port: port).get(query).status
      #expect(status == 200)
    }
  }

  @Test func `keep their slot and their names while their record is damaged`() throws {
    let lab = try MachineLab([
      "profiles/core.json": #"{"quantity":1,"install":{"cloud_config":"inst"}}"#
    ])
    let first = "mac=\(MachineLab.mac(1))"
    _ = try lab.boot(first)
    // It learns its UUID, under an ID that is a MAC.
    _ = try lab.boot(first + "&uuid=\(MachineLab.uuid(1))")
    #expect(try lab.record(MachineLab.uuid(1))["id"] as? String == "52-54-00-00-00-01")
    let file = "state/machines/52-54-00-00-00-01.json"
    lab.server.settle()
    let text = String(decoding: try lab.server.directory.read(file), as: UTF8.self)
    try lab.server.directory.write(file, "")
    for _ in 0..<2 {
      #expect(try lab.boot(first).status == 503)
      #expect(
        try lab.boot("uuid=\(MachineLab.uuid(1))&mac=\(MachineLab.mac(9))").text.contains(
          "cannot be used"))
      #expect(try lab.boot(MachineLab.query(2)).text.contains("no profile takes it"))
    }
    try lab.server.directory.write(file, text)
    #expect(try lab.boot(first).status == 200)
  }

  @Test func `are held when a record of their ID is about other hardware`() throws {
    let lab = try MachineLab()
    _ = try lab.boot(MachineLab.query(1))
    #expect(
      try lab.api(
        "PATCH", "/machines/\(MachineLab.uuid(1))", #"{"uuid":"\#(MachineLab.uuid(77))"}"#
      ).status == 200)
    let answer = try lab.boot("uuid=\(MachineLab.uuid(1))")
    #expect(answer.status == 503 && answer.text.contains("has another uuid or mac by now"))
    #expect(try lab.boot("uuid=\(MachineLab.uuid(77))").status == 200)
  }

  @Test func `are held with a new UUID on a known board, and are one again when told so`() throws {
    let lab = try MachineLab()
    let running =
      #"{"profile":"core","state":"running","macs":["52:54:00:00:00:01"],"serial":"GOOD1"}"#
    #expect(try lab.api("PUT", "/machines/\(MachineLab.uuid(1))", running).status == 201)
    // A dock's card serves one machine after another.
    #expect(
      try lab.boot("uuid=\(MachineLab.uuid(8))&serial=GOOD2&mac=\(MachineLab.mac(1))").status == 200
    )
    let query = "uuid=\(MachineLab.uuid(9))&serial=good1&mac=\(MachineLab.mac(1))"
    for _ in 0..<2 {
      let answer = try lab.boot(query)
      // Whoever knows the other machine's names gets its token: they are for the log alone.
      #expect(answer.status == 503 && answer.text.contains("machines doubts says how to decide"))
      #expect(!answer.text.contains(MachineLab.uuid(1)))
    }
    #expect(
      try lab.api("PATCH", "/machines/\(MachineLab.uuid(1))", #"{"uuid":"\#(MachineLab.uuid(9))"}"#)
        .status == 200)
    #expect(try lab.boot(query).text.contains("sanboot"))
    #expect(try lab.records().count == 2)
  }

  @Test func `with a UUID that all boards share are told by their serial from another card`() throws
  {
    let lab = try MachineLab()
    let junk = "uuid=03000200-0400-0500-0006-000700080009&serial=GOOD1&mac="
    _ = try lab.boot(junk + MachineLab.mac(1))
    _ = try lab.boot(junk + MachineLab.mac(2))
    #expect(try lab.records().count == 1)
    #expect(try lab.record("GOOD1")["id"] as? String == "52-54-00-00-00-01")
  }

  @Test func `are named by one name only if it is one machine's`() throws {
    let lab = try MachineLab()
    _ = try lab.boot(MachineLab.query(1) + "&asset=A100")
    _ = try lab.boot(MachineLab.query(2) + "&serial=a100")
    let answer = try lab.api("PATCH", "/machines/A100", #"{"state":"configured"}"#)
    #expect(answer.status == 409 && answer.text.contains("A100 names 2 machines"))
  }

  @Test func `wait for a profile that is being written`() throws {
    let lab = try MachineLab(["profiles/default.json": "{}"])
    _ = try lab.boot(MachineLab.query(1))
    let text = MachineLab.profiles["profiles/core.json"] ?? ""
    try lab.server.directory.write("profiles/core.json", String(text.prefix(40)))
    #expect(try lab.boot(MachineLab.query(2)).status == 503)
    #expect(try lab.record(MachineLab.uuid(2))["profile"] is NSNull)
    try lab.server.directory.write("profiles/core.json", text)
    #expect(try lab.boot(MachineLab.query(2)).text.contains("Profile core"))
  }

  @Test func `have good tokens again after a torn line`() throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    func token(_ port: UInt16) throws -> Substring {
      let script = try RawClient(port: port).get("/boot.ipxe?" + MachineLab.query(1)).text
      return try #require(try #/token=(\w+)/#.firstMatch(in: script)?.1)
    }
    let first = try ServerProgram(directory.path)
    _ = try token(first.port)
    first.program.kill(SIGTERM)
    _ = first.program.exitStatus(within: 10)
    let lines = String(decoding: try directory.read("state/tokens"), as: UTF8.self)
    try directory.write("state/tokens", String(lines.dropLast(20)))
    let second = try ServerProgram(directory.path)
    let given = try token(second.port)
    second.program.kill(SIGKILL)
    _ = second.program.exitStatus(within: 5)
    // What the second one gave out counts, and no line has grown onto the torn one.
    let third = try ServerProgram(directory.path)
    #expect(try token(third.port) == given)
    #expect(
      try RawClient(port: third.port).get(
        "/machines/\(MachineLab.uuid(1))/installed?token=\(given)", method: "POST"
      ).status == 204)
    let kept = String(decoding: try directory.read("state/tokens"), as: UTF8.self)
    #expect(kept == "\(MachineLab.uuid(1)) 1 \(given)\n")
  }

  @Test func `keep what was damaged before the start out of new hands`() throws {
    let lab = try MachineLab(prepare: { directory in
      try directory.write(Self.file(1), #"{"uuid":"\#(MachineLab.uuid(9))","profile":"core""#)
      try directory.write("state/machines/notes.txt", "x")
      try directory.write("state/machines/.x.json.new", "x")
    })
    #expect(try lab.boot(MachineLab.query(1)).status == 503)
    #expect(try lab.boot(MachineLab.query(9)).status == 503)
    let listed = try #require(try lab.records().first)
    #expect(
      (listed["problem"] as? String)?.contains("cannot be used") == true
        && listed["state"] is NSNull)
    #expect(lab.server.logHolds("machines/notes.txt is no record"))
    let left = try FileManager.default.contentsOfDirectory(
      atPath: lab.server.directory.path + "/state/machines")
    #expect(!left.contains(".x.json.new"))
  }

  @Test(arguments: ["{", #"{"quantity":-1,"install":{}}"#, #"{"install":{"kernel":7}}"#])
  func `boot their disk when the profile broke, or wait`(broken: String) throws {
    let lab = try MachineLab()
    _ = try lab.boot(MachineLab.query(1))
    let running = #"{"profile":"core","state":"running"}"#
    #expect(try lab.api("PUT", "/machines/\(MachineLab.uuid(2))", running).status == 201)
    for change in [broken, ""] {
      if change.isEmpty {
        try FileManager.default.removeItem(
          atPath: lab.server.directory.path + "/profiles/core.json")
      } else {
        try lab.server.directory.write("profiles/core.json", change)
      }
      let waiting = try lab.boot(MachineLab.query(1))
      #expect(
        waiting.status == 503 && waiting.text.contains("profiles/core.json"), "\(waiting.text)")
      #expect(try lab.boot(MachineLab.query(2)).text.contains("sanboot"))
      #expect(try lab.state(MachineLab.uuid(1)) == "installing")
    }
  }

  @Test func `wait where there is no state directory, while profiles are served`() throws {
    let lab = try MachineLab(adjust: { $0.stateDirectoryOption = "/proc/no/such" })
    let answer = try lab.boot(MachineLab.query(1))
    #expect(
      answer.status == 503
        && answer.text.hasPrefix("this machine is held: the server cannot use its state directory"))
    #expect(!answer.text.contains("/proc") && answer["retry-after"] == "5")
    #expect(try lab.boot("serial=x").status == 503)
    #expect(try lab.server.get("/?profile=core").status == 200)
    #expect(try lab.server.get("/boot.ipxe").status == 200)
    #expect(lab.server.logHolds("event=no-machines error=\"/proc/no/such: No such file or"))
  }

  @Test func `belong to one server at a time, and to the next when it has gone`() throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    let first = try ServerProgram(directory.path)
    let second = try ServerProgram(directory.path)
    #expect(second.program.hasPrinted("is used by another coreos-ipxe-server", within: 5))
    let query = "/boot.ipxe?" + MachineLab.query(1)
    #expect(try RawClient(port: first.port).get(query).status == 200)
    #expect(try RawClient(port: second.port).get(query).status == 503)
    #expect(try RawClient(port: second.port).get("/?profile=core").status == 200)
    first.program.kill(SIGTERM)
    #expect(first.program.exitStatus(within: 10) == 0)
    #expect(
      second.program.hasPrinted("event=machines state=\(directory.path)/state count=1", within: 10))
    #expect(try RawClient(port: second.port).get(query).status == 200)
    #expect(
      try RawClient(socket: directory.path + "/state/api.sock").get("/machines").status == 200)
  }

  @Test func `are kept out of what is served`() throws {
    let lab = try MachineLab(prepare: { directory in
      try directory.link("images/steal", to: "../state")
      try directory.link("configs/t.yml", to: "../state/tokens")
    })
    _ = try lab.boot(MachineLab.query(1))
    for target in [
      "/images/steal/", "/images/steal", "/images/steal/tokens", "/configs/t.yml", "/state/tokens",
      "/images/steal/machines/\(MachineLab.uuid(1)).json",
    ] {
      let status = try lab.server.get(target).status
      #expect(status == 404, "\(target) \(status)")
    }
    #expect(try lab.server.get("/images/").status == 200)
  }

  @Test(arguments: ["/state", "/images/x", "/configs", "/sshkeys/../profiles"])
  func `refuse a state directory that would be served`(place: String) throws {
    let directory = try TemporaryDirectory(["profiles/p.json": "{}"])
    let isFine = place == "/state"
    let state = directory.path + place
    if isFine { return }
    let result = try Program.run(
      Program.built("coreos-ipxe-server"),
      ["--data-dir", directory.path, "--state-dir", state, "--listen", "127.0.0.1:0"])
    #expect(
      result.status == 1
        && result.output.contains("which is served; choose another with --state-dir"))
  }

  @Test func `have no socket where its path is too long, and work all the same`() throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    let state = directory.path + "/" + String(repeating: "d", count: 100)
    let server = try ServerProgram(directory.path, ["--state-dir", state])
    #expect(server.program.hasPrinted("event=no-socket", within: 5))
    #expect(try RawClient(port: server.port).get("/boot.ipxe?" + MachineLab.query(1)).status == 200)
  }
}

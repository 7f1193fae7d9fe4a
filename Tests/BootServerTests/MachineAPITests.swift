// BootServerTests: the machine API.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("The machine API", .waits)
struct MachineAPITests {
  static let id = MachineLab.uuid(1)

  @Test func `answers records with the keys that are written down`() throws {
    let lab = try MachineLab()
    #expect(try lab.api("GET", "/machines").text == "[]\n")
    _ = try lab.boot(MachineLab.query(1) + "&serial=CZC-1&asset=t1&hostname=n1")
    let answer = try lab.api("GET", "/machines/\(Self.id)")
    #expect(answer["content-type"] == "application/json" && answer["etag"] != nil)
    let record = try lab.record(Self.id)
    #expect(
      Set(record.keys) == [
        "id", "uuid", "macs", "serial", "asset", "hostname", "ip", "arch", "platform", "profile",
        "state", "metadata", "etcdToken", "firstSeen", "installedAt", "lastSeen", "lastBoot",
        "version",
        "told", "failedTries", "held",
      ])
    for key in ["firstSeen", "lastSeen", "lastBoot"] {
      let text = try #require(record[key] as? String)
      #expect(text.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/#) != nil)
    }
    let list = try lab.records()
    #expect(list.count == 1 && list[0]["id"] as? String == Self.id)
    // No token, anywhere.
    lab.server.settle()
    let tokens = String(decoding: try lab.server.directory.read("state/tokens"), as: UTF8.self)
    let token = String(try #require(tokens.split(separator: "\n")[0].split(separator: " ").last))
    #expect(!answer.text.contains(token) && !lab.server.log.contains(token))
  }

  @Test func `changes, makes and removes`() throws {
    let lab = try MachineLab()
    let made = try lab.api(
      "PUT", "/machines/\(MachineLab.mac(5))", #"{"profile":"core","serial":"S5"}"#)
    #expect(made.status == 201 && made["location"] == "/machines/52-54-00-00-00-05")
    let patch = try lab.api(
      "PATCH", "/machines/s5", #"{"metadata":{"role":"db"},"hostname":"db1"}"#)
    #expect(patch.status == 200 && patch["etag"] != made["etag"])
    let record = try lab.record("db1")
    #expect(
      record["metadata"] as? [String: String] == ["role": "db"]
        && record["state"] as? String == "configured")
    // The machine that was expected: by its MAC, and its UUID joins the record.
    _ = try lab.boot(MachineLab.query(5))
    #expect(try lab.records().count == 1)
    #expect(try lab.api("PUT", "/machines/db1", #"{"metadata":{"a":"b"}}"#).status == 200)
    #expect(try lab.record("db1")["metadata"] as? [String: String] == ["a": "b"])
    #expect(try lab.record("db1")["profile"] as? String == "core")
    #expect(try lab.api("DELETE", "/machines/db1").status == 204)
    #expect(try lab.api("GET", "/machines/db1").status == 404)
    #expect(try lab.api("DELETE", "/machines/db1").status == 404)
    #expect(try lab.records().isEmpty)
  }

  /// A board has several cards, and boots from another one next.
  @Test func `says what one card alone protects`() throws {
    let lab = try MachineLab()
    let taken = #"{"profile":"core","state":"running"}"#
    let one = try lab.api("PUT", "/machines/\(MachineLab.mac(5))", taken)
    #expect(one.status == 201 && one["warning"]?.contains("name its uuid, or all macs") == true)
    let named = try lab.api("PUT", "/machines/\(MachineLab.uuid(6))", taken)
    #expect(named.status == 201 && named["warning"] == nil)
    let waiting = try lab.api(
      "PUT", "/machines/\(MachineLab.mac(7))", #"{"profile":"core"}"#)
    #expect(waiting.status == 201 && waiting["warning"] == nil)
  }

  @Test func `tells how the state directory is, and what was done`() throws {
    let lab = try MachineLab()
    _ = try lab.boot(MachineLab.query(1))
    let state = try #require(
      try JSONSerialization.jsonObject(with: Data(try lab.api("GET", "/state").body))
        as? [String: Any])
    #expect(state["format"] as? Int == 1 && (state["id"] as? String)?.count == 32)
    #expect(state["careful"] is NSNull && state["problem"] is NSNull)
    // The record, and that its installer was served.
    #expect(state["batch"] as? Int == 2 && state["batches"] as? Int == 2)
    #expect(state["machines"] as? Int == 1 && state["queue"] as? Int == 0)
    for key in ["flushMicroseconds", "decideMicroseconds"] {
      #expect(try #require(state[key] as? Int) > 0, "\(key)")
    }
    #expect(try lab.api("POST", "/state/trust").text == "Nothing was in doubt.\n")
    #expect(try lab.api("GET", "/state/backup")["content-type"] == "application/x-tar")
    #expect(try lab.api("PUT", "/state", "{}").status == 405)
  }

  @Test func `has files that follow by themselves`() throws {
    let lab = try MachineLab()
    _ = try lab.boot(MachineLab.query(1))
    var text = ""
    for _ in 0..<300 where !text.contains("\"installing\"") {
      usleep(10_000)
      let bytes = try? lab.server.directory.read("state/machines/\(Self.id).json")
      text = String(decoding: bytes ?? Data(), as: UTF8.self)
    }
    #expect(text.contains("\"state\": \"installing\"") && text.contains("\"revision\": 2"))
  }

  @Test func `counts tries from the start of each life`() throws {
    let lab = try MachineLab(adjust: { $0.tries.sameSeconds = 0 })
    func tries() throws -> Int? { try lab.record(Self.id)["failedTries"] as? Int }
    for number in 1...3 {
      _ = try lab.boot(MachineLab.query(1))
      #expect(try tries() == number)
    }
    let again = #"{"state":"configured"}"#
    #expect(try lab.api("PATCH", "/machines/\(Self.id)", again).status == 200)
    #expect(try tries() == 0)
    _ = try lab.boot(MachineLab.query(1))
    #expect(try lab.api("DELETE", "/machines/\(Self.id)").status == 204)
    _ = try lab.boot(MachineLab.query(1))
    #expect(try tries() == 1)
  }

  @Test func `changes only what is as it was thought to be`() throws {
    let lab = try MachineLab()
    _ = try lab.api("PUT", "/machines/\(Self.id)", "{}")
    let tag = try #require(try lab.api("GET", "/machines/\(Self.id)")["etag"])
    let good = ["If-Match: \(tag)"]
    #expect(
      try lab.api("PATCH", "/machines/\(Self.id)", #"{"hostname":"a"}"#, fields: good).status == 200
    )
    for method in ["PATCH", "PUT", "DELETE"] {
      let answer = try lab.api(
        method, "/machines/\(Self.id)", method == "DELETE" ? nil : #"{"hostname":"b"}"#,
        fields: good)
      #expect(
        answer.status == 412 && answer.text == "machine \(Self.id) has changed; read it again\n")
    }
    #expect(
      try lab.api("PUT", "/machines/\(Self.id)", "{}", fields: ["If-None-Match: *"]).status == 412)
    #expect(
      try lab.api("PUT", "/machines/\(MachineLab.uuid(2))", "{}", fields: ["If-Match: *"]).status
        == 412)
    #expect(
      try lab.api("GET", "/machines/\(Self.id)", fields: ["If-None-Match: \(tag)"]).status == 200)
    let now = try #require(try lab.api("GET", "/machines/\(Self.id)")["etag"])
    #expect(
      try lab.api("GET", "/machines/\(Self.id)", fields: ["If-None-Match: \(now)"]).status == 304)
    let list = try #require(try lab.api("GET", "/machines")["etag"])
    #expect(try lab.api("GET", "/machines", fields: ["If-None-Match: \(list)"]).status == 304)
    // Being seen is no change.
    _ = try lab.api(
      "PATCH", "/machines/\(Self.id)", #"{"profile":"ram","macs":["52:54:00:00:00:01"]}"#)
    _ = try lab.boot(MachineLab.query(1))
    _ = try lab.record(Self.id)
    let settled = try lab.api("GET", "/machines/\(Self.id)")["etag"]
    _ = try lab.boot(MachineLab.query(1))
    #expect(try lab.api("GET", "/machines/\(Self.id)")["etag"] == settled)
  }

  @Test(arguments: [
    ("PATCH", "/machines/nobody", "{}", 404), ("PUT", "/machines/nobody", "{}", 404),
    ("GET", "/machines/nobody", nil, 404), ("GET", "/machines/nobody/audit", nil, 404),
    ("PATCH", "/machines/ID", "{", 400), ("PATCH", "/machines/ID", #"{"profil":"a"}"#, 400),
    ("PATCH", "/machines/ID", #"{"state":"installed"}"#, 409),
    ("PATCH", "/machines/ID", #"{"profile":"nope"}"#, 400), ("POST", "/machines/ID", "", 405),
    ("GET", "/machines/ID/x", nil, 404), ("GET", "/machines/ID/installed", nil, 405),
    ("POST", "/machines/ID/installed", "", 403), ("POST", "/machines/nobody/installed", "", 404),
    ("POST", "/machines/\(MachineLab.uuid(9))/installed?token=x", "", 404),
    ("POST", "/machines/ID/installed?token=", "", 403), ("GET", "/machines/%zz", nil, 400),
    ("PUT", "/machines", "{}", 405), ("GET", "/machines/a%2Fb", nil, 404),
    ("GET", "/machines/", nil, 200),
  ])
  func `refuses with a status and one line`(
    method: String, path: String, body: String?, status: Int
  ) throws {
    let lab = try MachineLab()
    _ = try lab.api("PUT", "/machines/\(Self.id)", #"{"profile":"core"}"#)
    let answer = try lab.api(method, path.replacing("/ID", with: "/\(Self.id)"), body)
    #expect(answer.status == status, "\(answer.text)")
    if status != 200 { #expect(answer.text.split(separator: "\n").count == 1) }
    #expect(try lab.api("GET", "/machines").status == 200)
  }

  @Test func `is on the network only with the token`() throws {
    let closed = try MachineLab()
    for (method, path) in [
      ("GET", "/machines"), ("GET", "/machines/x"), ("PATCH", "/machines/x"),
      ("DELETE", "/machines/x"),
    ] {
      let answer = try closed.server.get(path, method: method)
      #expect(answer.status == 403 && answer.text.contains("--api-token-file"))
    }
    let place = try TemporaryDirectory(["token": " s3cret-token\n"])
    let open = try MachineLab(adjust: { $0.apiTokenFile = place.path + "/token" })
    #expect(
      try open.server.get("/machines", fields: ["Authorization: Bearer s3cret-token"]).status == 200
    )
    for field in [
      [], ["Authorization: Bearer s3cret-toke"], ["Authorization: Basic s3cret-token"],
      ["Authorization: Bearer"],
    ] {
      let answer = try open.server.get("/machines", fields: field)
      #expect(answer.status == 401 && answer["www-authenticate"] == "Bearer")
    }
    #expect(try open.api("GET", "/machines").status == 200)
  }

  @Test(arguments: [
    ("", "is empty"), (" \n", "is empty"), ("a b\n", "must hold one word"), (nil, "No such file"),
  ])
  func `does not start with a token file that is of no use`(content: String?, reason: String) throws
  {
    let directory = try TemporaryDirectory(content.map { ["token": $0] } ?? ["x": ""])
    let result = try Program.run(
      Program.built("coreos-ipxe-server"),
      [
        "--data-dir", directory.path, "--listen", "127.0.0.1:0", "--api-token-file",
        directory.path + "/token",
      ])
    #expect(result.status == 1 && result.output.contains(reason), "\(result.output)")
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test func `takes a report's token as a bearer token, too`() throws {
    let lab = try MachineLab()
    let script = try lab.boot(MachineLab.query(1))
    let token = try #require(try #/token=(\w+)/#.firstMatch(in: script.text)?.1)
    #expect(
      try lab.server.get(
        "/machines/\(Self.id)/installed", method: "POST", fields: ["Authorization: Bearer \(token)"]
      ).status == 204)
  }

  @Test func `has a socket that its owner alone can use`() throws {
    let lab = try MachineLab()
    let path = lab.server.directory.path + "/state"
    let attributes = try FileManager.default.attributesOfItem(atPath: path + "/api.sock")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o700)
    _ = try lab.boot(MachineLab.query(1))
    lab.server.settle()
    for file in ["tokens", "known", "sightings", "machines/\(Self.id).json"] {
      #expect(
        try FileManager.default.attributesOfItem(atPath: "\(path)/\(file)")[.posixPermissions]
          as? Int == 0o600)
    }
    // Profiles and images are there as well.
    #expect(try lab.api("GET", "/?profile=core").status == 200)
  }
}

@Suite("The trail", .waits)
struct TrailTests {
  /// The subjects of all commits, the latest first, once there are enough.
  static func subjects(_ lab: MachineLab, atLeast count: Int) throws -> [String] {
    var lines: [String] = []
    for _ in 0..<200 {
      let log = try Program.run(
        Tool.git.path, ["-C", lab.server.directory.path + "/state", "log", "--format=%s"])
      lines = log.output.split(separator: "\n").map(String.init)
      if lines.count >= count { break }
      usleep(20000)
    }
    return lines
  }

  @Test(.needs(.git))
  func `has a commit for every change, and for no sighting`() throws {
    let lab = try MachineLab()
    let query = MachineLab.query(1) + "&serial=CZC-1"
    let script = try lab.boot(query)
    _ = try lab.boot(query)
    let report = try lab.reportURL("installed", in: try #require(MachineLab.config(script)))
    for _ in 0..<2 { _ = try lab.server.get(report, method: "POST") }
    _ = try lab.api("PATCH", "/machines/czc-1", #"{"metadata":{"role":"db"}}"#)
    _ = try lab.api("DELETE", "/machines/czc-1")
    let lines = try Self.subjects(lab, atLeast: 6)
    #expect(
      Array(lines.prefix(4)) == [
        "CZC-1: machine removed", "CZC-1: metadata role set",
        "CZC-1: state installing -> installed",
        "CZC-1: state configured -> installing",
      ])
    #expect(
      lines.count == 6
        && lines[4].hasPrefix(
          "CZC-1: machine created, state unknown -> configured, profile - -> core, uuid")
    )
    let state = lab.server.directory.path + "/state"
    let body = try Program.run(
      Tool.git.path, ["-C", state, "log", "-1", "--skip=2", "--format=%b"])
    #expect(body.output.hasPrefix("By: 127.0.0.1\nWhy: it reports so with its token\n"))
    // Records are no work tree that a command may write over.
    let reset = try Program.run(Tool.git.path, ["-C", state, "reset", "--hard"])
    #expect(reset.status != 0 && reset.output.contains("must be run in a work tree"))
    // No token in any object.
    let token = String(try #require(report.split(separator: "=").last))
    let all = try Program.run(Tool.git.path, ["-C", state, "log", "-p", "--all"])
    #expect(!all.output.contains(token) && all.output.contains("installing"))
    let audit = try JSONSerialization.jsonObject(
      with: try lab.api("GET", "/machines/\(MachineLab.uuid(1))/audit").body)
    let entries = try #require(audit as? [[String: String]])
    #expect(entries.count == 5 && entries[1]["by"] == "uid:\(getuid()) by the socket")
  }

  @Test(.needs(.git))
  func `is caught up with at the next start`() throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    let first = try ServerProgram(directory.path)
    _ = try RawClient(port: first.port).get("/boot.ipxe?" + MachineLab.query(1))
    let head = directory.path + "/state/.git/refs/heads/main"
    for _ in 0..<200 where !FileManager.default.fileExists(atPath: head) { usleep(10000) }
    first.program.kill(SIGTERM)
    _ = first.program.exitStatus(within: 10)
    let file = "state/machines/\(MachineLab.uuid(1)).json"
    let text = String(decoding: try directory.read(file), as: UTF8.self)
    try directory.write(file, text.replacing("\"installing\"", with: "\"installed\""))
    let second = try ServerProgram(directory.path)
    var log = ""
    for _ in 0..<200 {
      log = try Program.run(
        Tool.git.path, ["-C", directory.path + "/state", "log", "-1", "--format=%s%n%b"]
      ).output
      if log.contains("installed") { break }
      usleep(20000)
    }
    #expect(
      log.hasPrefix(
        "\(MachineLab.uuid(1)): state installing -> installed\nBy: found at the start\n"))
    _ = second
  }

  @Test(.needs(.git))
  func `stays in its own repository, and gets over what a crash left in it`() throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    let git = ["-C", directory.path, "-c", "user.name=o", "-c", "user.email=o"]
    for arguments in [["init", "-q"], ["add", "profiles"], ["commit", "-qm", "operator's"]] {
      #expect(try Program.run(Tool.git.path, git + arguments).status == 0)
    }
    // Killed in the middle of `git init`, and later of a commit.
    try directory.write("state/.git/index.lock", "")
    try directory.write("state/.git/refs/heads/main.lock", "")
    try directory.write("state/machines/a\nb", "")
    let server = try ServerProgram(directory.path)
    #expect(try RawClient(port: server.port).get("/boot.ipxe?" + MachineLab.query(1)).status == 200)
    var log = ""
    for _ in 0..<300 {
      log = try Program.run(
        Tool.git.path, ["--git-dir=\(directory.path)/state/.git", "log", "--format=%s", "main"]
      ).output
      if log.contains("installing") { break }
      usleep(20000)
    }
    #expect(log.contains("state configured -> installing"), "\(server.program.printed)")
    #expect(try Program.run(Tool.git.path, git + ["log", "--format=%s"]).output == "operator's\n")
  }

  @Test(.needs(.git))
  func `makes each commit once while somebody holds the index`() throws {
    let lab = try MachineLab()
    _ = try lab.boot(MachineLab.query(1))
    _ = try Self.subjects(lab, atLeast: 3)
    try lab.server.directory.write("state/.git/index.lock", "")
    _ = try lab.api("PATCH", "/machines/\(MachineLab.uuid(1))", #"{"hostname":"n1"}"#)
    #expect(try Self.subjects(lab, atLeast: 4).count == 4)
    usleep(2_500_000)
    #expect(try Self.subjects(lab, atLeast: 4).count == 4)
  }

  @Test func `is missed with a line where there is no git, and nothing else is`() throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    let server = try ServerProgram(directory.path, environment: ["PATH": "/nonexistent"])
    #expect(
      server.program.hasPrinted(
        "event=no-trail error=\"git is not installed (Debian package git)\"", within: 5))
    #expect(try RawClient(port: server.port).get("/boot.ipxe?" + MachineLab.query(1)).status == 200)
    let client = try RawClient(socket: directory.path + "/state/api.sock")
    let answer = try client.get("/machines/\(MachineLab.uuid(1))/audit")
    #expect(answer.status == 501 && answer.text.contains("git"))
    server.program.kill(SIGTERM)
    #expect(server.program.exitStatus(within: 8) == 0)
  }
}

// BootServerTests: `doctor`.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("doctor")
struct DoctorTests {
  /// - Parameter input: a file for its standard input.
  static func run(
    _ words: [String], data: String, input: String = "/dev/null"
  ) throws -> (status: Int32, text: String) {
    let server = Program.built("coreos-ipxe-server")
    let line = "exec \"$0\" \"$@\" < '\(input)'"
    let ended = try Program.run(
      "/bin/sh", ["-c", line, server, "doctor", "--data-dir", data] + words)
    return (ended.status, ended.output)
  }

  @Test func `asks the server that runs, and finds nothing wrong`() throws {
    let lab = try MachineLab(["images/a/linux": "12345"])
    let server = lab.server
    let found = try Self.run(["--listen", "127.0.0.1:\(server.port)"], data: server.directory.path)
    #expect(found.status == 0 && found.text.hasSuffix("no faults\n"), "\(found)")
    #expect(found.text.contains("events of the running server"))
    #expect(server.logHolds("method=HEAD path=/healthz status=200"))
    #expect(server.logHolds("path=/images/a/linux status=206 bytes=1"))
  }

  @Test func `asks the server where it listens, if nobody says it`() throws {
    let directory = try TemporaryDirectory(["profiles/p.json": "{}"])
    let server = try ServerProgram(directory.path)
    let found = try Self.run([], data: directory.path)
    #expect(found.status == 0, "\(found)")
    #expect(found.text.contains("a server of ours runs, and listens on 127.0.0.1:\(server.port)"))
  }

  @Test func `looks at the data directory of the server that runs, if nobody says one`() throws {
    let directory = try TemporaryDirectory(["profiles/p.json": "{}", "images/a": "x"])
    try FileManager.default.createSymbolicLink(
      atPath: directory.path + "/images/out", withDestinationPath: "/etc/hostname")
    let server = try ServerProgram(directory.path)
    let state = directory.path + "/state"
    let found = try Program.run(
      Program.built("coreos-ipxe-server"), ["doctor", "--state-dir", state, "--dhcp", "none0"])
    #expect(found.output.contains("images/out leads out of the data directory"), "\(found)")
    let real = PrintFacts.absolute(directory.path)
    #expect(found.output.contains("note: data-directory: looked at \(real), which"), "\(found)")
    #expect(!found.output.contains("fault: data-directory"), "\(found)")
    withExtendedLifetime(server) {}
  }

  @Test func `asks DHCP whatever the data directory is, and says what it passes over`() throws {
    let found = try Self.run(
      ["--dhcp", "none0", "--listen", "127.0.0.1:0"], data: "/nonexistent/data")
    #expect(found.status == 3 && found.text.contains("fault: data-directory: "), "\(found)")
    for note in [
      "port: nobody listens on", "dhcp: not checked: DHCP on none0: ",
      "data-directory: not checked: room on the disks, times of records, and links",
      "base-url: not checked: ",
    ] {
      #expect(found.text.contains("note: " + note), "\(found)")
    }
  }

  @Test func `reads a log from a pipe`() throws {
    let line =
      "time=2026-11-27T10:00:00.000Z level=warning event=held machine=a by=tie error=p"
      + " client=10.0.0.7:1 status=503"
    let directory = try TemporaryDirectory(["profiles/p.json": "{}", "log": line + "\n"])
    let log = directory.path + "/log"
    let program = Program.built("coreos-ipxe-server")
    let rest = "--data-dir '\(directory.path)' --listen 127.0.0.1:0"
    for word in ["-", "/dev/stdin", "'\(directory.path)/pipe'"] {
      // Half of it comes late.
      let writer = "{ head -c 40 '\(log)'; sleep 0.2; tail -c +41 '\(log)'; }"
      let line =
        word.hasSuffix("pipe'")
        ? "mkfifo \(word) && { \(writer) > \(word) & exec '\(program)' doctor --log \(word) \(rest); }"
        : "\(writer) | '\(program)' doctor --log \(word) \(rest)"
      let found = try Program.run("/bin/sh", ["-c", line])
      #expect(found.output.contains("fault: held: a waits (tie)"), "\(word): \(found)")
      #expect(!found.output.contains("cannot read"), "\(word): \(found)")
    }
  }

  @Test func `reads a log, and says what to do`() throws {
    let line =
      #"time=2026-11-27T10:00:00.000Z level=warning event=held machine=a by=tie error="p and q""#
      + " client=10.0.0.7:1 status=503"
    let directory = try TemporaryDirectory([
      "profiles/p.json": "{}", "log": "-- Journal begins at Thu --\n\(line)\n", "other": "else\n",
    ])
    let log = directory.path + "/log"
    let found = try Self.run(
      ["--log", "-", "--listen", "127.0.0.1:0"], data: directory.path, input: log)
    #expect(found.status == 3)
    #expect(found.text.contains("fault: held: a waits (tie): p and q\n    seen: once by 10.0.0.7"))
    let command = "coreos-ipxe-server --data-dir \(directory.path) explain a "
    #expect(found.text.contains("\n    do:   \(command)"))
    let json = try Self.run(["--log", "-", "--json"], data: directory.path, input: log)
    let list = try #require(
      try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [[String: String]])
    #expect(list.first?["kind"] == "held" && list.first?["do"]?.isEmpty == false)
    let none = try Self.run(["--log", directory.path + "/other"], data: directory.path)
    #expect(none.status == 1 && none.text.contains("no line of this server's log"), "\(none)")
  }

  @Test func `says who is in the way of the port, and of links`() throws {
    let directory = try TemporaryDirectory(["images/": "", "profiles/p.json": "{}"])
    try FileManager.default.createSymbolicLink(
      atPath: directory.path + "/images/out", withDestinationPath: "/etc/hostname")
    let other = try TestServer()
    let found = try Self.run(["--listen", "127.0.0.1:\(other.port)"], data: directory.path)
    #expect(found.status == 3)
    #expect(found.text.contains("fault: port: the server cannot listen on 127.0.0.1:\(other.port)"))
    #expect(found.text.contains("fault: link: images/out leads out of the data directory"))
    let nowhere = try Self.run([], data: directory.path + "/none")
    #expect(nowhere.status == 3 && nowhere.text.contains("fault: data-directory: "))
  }

  @Test func `misses what checks signatures where there are keys`() throws {
    let directory = try TemporaryDirectory(["profiles/p.json": "{}"])
    func found() throws -> String {
      let line = "PATH=/nonexistent exec \"$0\" doctor --log /dev/null --data-dir \"$1\""
      return try Program.run(
        "/bin/sh", ["-c", line, Program.built("coreos-ipxe-server"), directory.path]
      ).output
    }
    let without = try found()
    #expect(without.contains("git is not installed") && !without.contains("gpgv"), "\(without)")
    try directory.write("images/keys/flatcar.asc", "key")
    let with = try found()
    #expect(with.contains("fault: program: gpgv is not installed, which the signature"), "\(with)")
  }

  @Test func `sees a base URL that leads elsewhere`() throws {
    let front = try TestServer()
    let directory = try TemporaryDirectory(["profiles/p.json": "{}"])
    let base = "127.0.0.1:\(front.port)/x"
    let found = try Self.run(["--base-url", base, "--listen", "127.0.0.1:0"], data: directory.path)
    #expect(found.status == 3)
    #expect(found.text.contains("something else than this server answers at http://\(base)"))
    let dead = try Self.run(
      ["--base-url", "127.0.0.1:1", "--listen", "127.0.0.1:0"], data: directory.path)
    #expect(dead.text.contains("fault: base-url: http://127.0.0.1:1 cannot be reached from here"))
  }

  @Test(arguments: [
    ("HTTP/1.1 301 Moved\r\nLocation: https://h/healthz\r\n\r\n", "up to TLS"),
    ("HTTP/1.1 302 Found\r\nlocation: http://other/\r\n\r\n", "sends machines elsewhere"),
  ])
  func `says where machines are sent that speak no TLS`(head: String, text: String) throws {
    let answer = try #require(ReachDoctor.answer(Array(head.utf8)))
    let found = ReachDoctor.redirect(answer, "http://h")
    #expect(found.count == 1 && found[0].what.contains(text), "\(found)")
  }

  @Test func `compares clocks`() throws {
    let head = "HTTP/1.1 200 OK\r\nDate: Thu, 19 Jun 2014 12:00:00 GMT\r\n\r\n"
    let answer = try #require(ReachDoctor.answer(Array(head.utf8)))
    #expect(ReachDoctor.clock(answer, now: 1_403_179_200 + 60).isEmpty)
    #expect(ReachDoctor.clock(answer, now: 1_403_179_200 + 61).count == 1)
    #expect(ReachDoctor.answer(Array("curl: nothing".utf8)) == nil)
  }

  @Test func `knows a full disk`() {
    func kinds(_ free: Int, _ files: Int?) -> [String] {
      HostDoctor.findings(
        HostFacts.Space(free: free, total: 100 << 30, freeFiles: files), what: "it", path: "/x"
      ).map(\.kind)
    }
    #expect(kinds(50 << 30, 100_000).isEmpty && kinds(50 << 30, nil).isEmpty)
    #expect(kinds(1 << 30, nil) == ["disk"] && kinds(50 << 30, 10) == ["disk"])
  }
}

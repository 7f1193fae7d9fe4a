// BootServerTests: machines where the state directory cannot be written.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("Machines, where their records cannot be written")
struct MachineNoWriteTests {
  private static let nobody: uid_t = 65534

  /// The server as a user whom permissions count for, also where the tests are root's.
  static func serve(_ directory: TemporaryDirectory) throws -> (Program, UInt16) {
    let copy = directory.path + "/server"
    try Program.copyServer(to: copy)
    let program = try Program(
      Tool.setpriv.path,
      [
        "--reuid=\(nobody)", "--regid=\(nobody)", "--clear-groups", copy, "--data-dir",
        directory.path, "--listen", "127.0.0.1:0",
      ])
    try #require(program.hasPrinted("event=listening", within: 20), "\(program.printed)")
    let port = try #/address=\S*:(\d+) /#.firstMatch(in: program.printed)?.1
    return (program, try #require(UInt16(port ?? "")))
  }

  private static func everything(_ directory: TemporaryDirectory) -> [String] {
    let names = FileManager.default.enumerator(atPath: directory.path)?.compactMap { $0 as? String }
    return [directory.path] + (names ?? []).map { directory.path + "/" + $0 }
  }

  private static func api(
    _ directory: TemporaryDirectory, _ method: String, _ path: String, _ body: String = ""
  ) throws -> Answer {
    let client = try RawClient(socket: directory.path + "/state/api.sock")
    try client.send(
      "\(method) \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    return try client.answer()
  }

  @Test(.needs(.setpriv, root: true), arguments: [true, false])
  func `boot from records that the server may read, but not write`(seesAll: Bool) throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    let first = try ServerProgram(directory.path)
    #expect(try RawClient(port: first.port).get("/boot.ipxe?" + MachineLab.query(1)).status == 200)
    first.program.kill(SIGTERM)
    #expect(first.program.exitStatus(within: 10) == 0)
    for path in Self.everything(directory) where !path.contains("/.git") {
      let isFolder = (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil
      try #require(chmod(path, isFolder ? 0o755 : 0o644) == 0)
    }
    if !seesAll { try #require(chmod(directory.path + "/state/tmp", 0o700) == 0) }
    let (program, port) = try Self.serve(directory)
    let known = try RawClient(port: port).get("/boot.ipxe?" + MachineLab.query(1))
    #expect(known.status == 200 && known.text.contains("token="))
    let new = try RawClient(port: port).get("/boot.ipxe?" + MachineLab.query(2))
    #expect(
      new.status == 503 && new.text.hasPrefix("this machine is held: cannot keep this boot;"))
    #expect(!new.text.contains(directory.path))
    #expect(program.hasPrinted("Permission denied", within: 5))
    let event = seesAll ? "journal-failed" : "state-unready state=\(directory.path)/state"
    #expect(program.hasPrinted("event=\(event) error=", within: 5))
    // It finds out by itself when it may.
    for path in Self.everything(directory) { try #require(chown(path, Self.nobody, 0) == 0) }
    var status = 0
    for _ in 0..<200 where status != 200 {
      status = try RawClient(port: port).get("/boot.ipxe?" + MachineLab.query(2)).status
      usleep(50_000)
    }
    #expect(status == 200, "\(program.printed)")
  }

  /// Row 12b: what was answered 503 did not happen, also after a kill.
  @Test(.needs(.setpriv, root: true))
  func `keep nothing back`() throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    for path in Self.everything(directory) { try #require(chown(path, Self.nobody, 0) == 0) }
    let (program, port) = try Self.serve(directory)
    func boot(_ number: Int, _ port: UInt16) throws -> Answer {
      try RawClient(port: port).get("/boot.ipxe?" + MachineLab.query(number))
    }
    let put = #"{"profile":"core"}"#
    let script = try boot(1, port)
    let token = try #require(try #/token=(\w+)/#.firstMatch(in: script.text)?.1)
    let report = "/machines/\(MachineLab.uuid(1))/installed?token=\(token)"
    #expect(try Self.api(directory, "PUT", "/machines/\(MachineLab.uuid(2))", put).status == 201)
    let state = Self.everything(directory).filter {
      $0.contains("/state") && !$0.hasSuffix(".sock")
    }
    func allow(_ isAllowed: Bool) throws {
      for path in state where !path.contains("/.git") {
        let isFolder = (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil
        let mode: mode_t = (isFolder ? 0o500 : 0o400) | (isAllowed ? 0o200 : 0)
        // Files that have gone meanwhile need none.
        _ = chmod(path, mode)
      }
    }
    try allow(false)
    // Known ones that need no change boot; nothing else is said to have happened.
    #expect(try boot(1, port).text == script.text)
    for number in [2, 3] {
      let answer = try boot(number, port)
      #expect(
        answer.status == 503 && answer["retry-after"] == "5"
          && answer.text.contains("cannot keep this boot"))
    }
    #expect(try RawClient(port: port).get(report, method: "POST").status == 503)
    let id = MachineLab.uuid(1)
    let patch = try Self.api(directory, "PATCH", "/machines/\(id)", #"{"hostname":"n"}"#)
    #expect(patch.status == 503 && patch.text.hasPrefix("cannot keep the change: "))
    #expect(!patch.text.contains(directory.path) && !patch.text.contains("not known"))
    let new = MachineLab.uuid(4)
    #expect(try Self.api(directory, "PUT", "/machines/\(new)", put).status == 503)
    #expect(try Self.api(directory, "DELETE", "/machines/\(MachineLab.uuid(2))").status == 503)
    #expect(try Self.api(directory, "DELETE", "/machines/\(MachineLab.uuid(3))").status == 404)
    program.kill(SIGKILL)
    _ = program.exitStatus(within: 5)
    try allow(true)
    let next = try ServerProgram(directory.path)
    for (number, expected) in [(1, "installing"), (2, "configured"), (3, nil), (4, nil)] {
      let answer = try Self.api(directory, "GET", "/machines/\(MachineLab.uuid(number))")
      if let expected {
        #expect(answer.text.contains("\"state\":\"\(expected)\""), "\(number): \(answer.text)")
      } else {
        #expect(answer.status == 404)
      }
    }
    #expect(try RawClient(port: next.port).get(report, method: "POST").status == 204)
    for number in [2, 3, 4] { #expect(try boot(number, next.port).status == 200) }
  }

  /// An edit cannot be taken then; whatever it says, a machine's own disk is no mistake.
  @Test(.needs(.setpriv, root: true))
  func `boot their disk, or wait, when a record was edited meanwhile`() throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    for path in Self.everything(directory) { try #require(chown(path, Self.nobody, 0) == 0) }
    let (program, port) = try Self.serve(directory)
    func boot(_ number: Int) throws -> Answer {
      try RawClient(port: port).get("/boot.ipxe?" + MachineLab.query(number))
    }
    let running = #"{"profile":"core","state":"running"}"#
    #expect(
      try Self.api(directory, "PUT", "/machines/\(MachineLab.uuid(1))", running).status == 201)
    #expect(try boot(2).status == 200)
    let files = [1, 2].map { MachineTroubleTests.file($0) }
    for (file, state) in zip(files, ["running", "installing"]) {
      var text = ""
      for _ in 0..<300 where !text.contains("\"state\": \"\(state)\"") {
        usleep(10_000)
        text = String(decoding: (try? directory.read(file)) ?? Data(), as: UTF8.self)
      }
    }
    let closed = Self.everything(directory).filter { $0.contains("/journal-") }
    #expect(!closed.isEmpty)
    for path in closed { try #require(chmod(path, 0o400) == 0) }
    try #require(chmod(directory.path + "/state", 0o500) == 0)
    for file in files {
      let text = String(decoding: try directory.read(file), as: UTF8.self)
      try directory.write(
        file,
        text.replacing("\"state\": \"running\"", with: "\"state\": \"configured\"")
          .replacing("\"state\": \"installing\"", with: "\"state\": \"installed\""))
      try #require(chown(directory.path + "/" + file, Self.nobody, 0) == 0)
    }
    for _ in 0..<3 {
      #expect(try boot(1).text.contains("sanboot"))
      let waits = try boot(2)
      #expect(waits.status == 503 && waits.text.contains("cannot keep this boot"))
    }
    try #require(chmod(directory.path + "/state", 0o700) == 0)
    for path in closed { try #require(chmod(path, 0o600) == 0) }
    // As soon as they can be taken, both are the operator's word.
    let (first, second) = (try boot(1), try boot(2))
    #expect(first.text.contains("production_pxe"), "\(first.text)")
    #expect(second.text.contains("sanboot"), "\(second.text) \(program.printed)")
    #expect(program.printed.split(separator: "\n").count { $0.contains("record-edited") } == 2)
  }

  @Test(.needs(.setpriv, root: true))
  func `go on as soon as they can be written again`() throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    for path in Self.everything(directory) { try #require(chown(path, Self.nobody, 0) == 0) }
    let (program, port) = try Self.serve(directory)
    func status(_ number: Int) throws -> Int {
      try RawClient(port: port).get("/boot.ipxe?" + MachineLab.query(number)).status
    }
    #expect(try status(1) == 200)
    let journals = Self.everything(directory).filter { $0.contains("/journal-") }
    #expect(!journals.isEmpty)
    for path in journals { try #require(chmod(path, 0o400) == 0) }
    try #require(chmod(directory.path + "/state", 0o500) == 0)
    #expect(try status(2) == 503)
    try #require(chmod(directory.path + "/state", 0o700) == 0)
    for path in journals { try #require(chmod(path, 0o600) == 0) }
    // A write that could not begin has not happened: the same journal goes on.
    let second = try RawClient(port: port).get("/boot.ipxe?" + MachineLab.query(2))
    #expect(second.status == 200, "\(second.text) \(program.printed)")
    #expect(!program.printed.contains("not known"), "\(program.printed)")
  }
}

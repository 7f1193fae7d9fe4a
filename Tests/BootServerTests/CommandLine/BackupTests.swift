// BootServerTests: a backup by the command line.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("machines backup")
struct BackupTests {
  static func names(_ directory: TemporaryDirectory) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
  }

  @Test(.needs(.curl)) func `makes a whole file of mode 0600, in place of one before`() throws {
    let body = String(repeating: "0123456789abcdef", count: 100_000)
    let fake = try FakeServer(["GET /state/backup": body])
    let place = try TemporaryDirectory(["b.tar": "old"])
    let result = try fake.run(["machines", "backup", place.path + "/b.tar"])
    #expect(result.status == 0 && result.output == "\(place.path)/b.tar: 1600000 bytes\n")
    #expect(try place.read("b.tar") == Data(body.utf8))
    let mode = try FileManager.default.attributesOfItem(atPath: place.path + "/b.tar")[
      .posixPermissions]
    #expect(mode as? Int == 0o600)
    #expect(try Self.names(place) == ["b.tar"])
    let here = try fake.run(["machines", "backup", "c.tar"], directory: place.path)
    #expect(here.status == 0 && here.output == "c.tar: 1600000 bytes\n")
    let told = try fake.run(["machines", "backup", "c.tar", "--json"], directory: place.path)
    #expect(told.output == "{\"file\":\"c.tar\",\"bytes\":1600000}\n")
    #expect(try fake.run(["machines", "backup", "-", "--json"]).output == body)
  }

  @Test(
    .needs(.curl),
    arguments: [
      FakeServer.answer("503 Busy", "the state cannot be read\n"),
      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "HTTP/1.1 200 OK\r\n\r\nwhole?",
      "raw:",
    ])
  func `leaves the file before and no part of another where it fails`(answer: String) throws {
    let fake = try FakeServer(["GET /state/backup": answer])
    let place = try TemporaryDirectory(["b.tar": "old"])
    let result = try fake.run(["machines", "backup", place.path + "/b.tar"])
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.error.hasPrefix("coreos-ipxe-server: "))
    #expect(try Self.names(place) == ["b.tar"])
    #expect(String(decoding: try place.read("b.tar"), as: UTF8.self) == "old")
    #expect(try fake.run(["machines", "backup", "-"]).status == 1)
  }

  @Test(.needs(.curl)) func `says why it cannot write`() throws {
    let fake = try FakeServer(["GET /state/backup": "x"])
    let place = try TemporaryDirectory(["folder/": ""])
    for path in ["/dev/null", place.path + "/folder"] {
      #expect(
        try fake.run(["machines", "backup", path]).error
          == "coreos-ipxe-server: \(path) is there and is no plain file; name another, or - for"
          + " standard output\n")
    }
    #expect(
      try fake.run(["machines", "backup", place.path + "/none/b"]).error
        == "coreos-ipxe-server: cannot write beside \(place.path)/none/b: No such file or"
        + " directory\n")
    let full = try Program.run(
      "/bin/sh",
      [
        "-c", "exec \"$0\" machines backup - --data-dir \"$1\" > /dev/full",
        Program.built("coreos-ipxe-server"), fake.directory.path,
      ])
    #expect(full.status == 1)
    #expect(
      full.output
        == "coreos-ipxe-server: cannot write standard output: No space left on device\n")
  }

  @Test(.needs(.curl)) func `takes its part away when it is interrupted`() throws {
    // A head that promises more than ever comes, from a server that keeps the connection.
    let fake = try FakeServer([
      "GET /state/backup": "slow:HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"
    ])
    let place = try TemporaryDirectory(["b.tar": "old"])
    let program = try Program(
      Program.built("coreos-ipxe-server"),
      ["machines", "backup", place.path + "/b.tar", "--data-dir", fake.directory.path])
    for _ in 0..<500 where fake.requests.isEmpty { usleep(10000) }
    #expect(try Self.names(place).count == 2)
    program.kill(SIGINT)
    #expect(program.exitStatus(within: 5) == 1)
    #expect(try Self.names(place) == ["b.tar"])
    #expect(String(decoding: try place.read("b.tar"), as: UTF8.self) == "old")
  }
}

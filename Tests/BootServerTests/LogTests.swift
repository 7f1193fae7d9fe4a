// BootServerTests: the log.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTP
import System
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("The log")
struct LogTests {
  @Test func `has one line a request, and of its query only the profile`() throws {
    let server = try TestServer([
      "profiles/p.json": #"{"version":"1"}"#,
      "images/amd64-usr/1/coreos_production_pxe.vmlinuz": "",
      "images/amd64-usr/1/coreos_production_pxe_image.cpio.gz": "",
    ])
    let answer = try server.get("/boot.ipxe?token=secret&profile=p")
    #expect(server.logHolds("event=script"))
    let line = try #require(server.log.split(separator: "\n").first { $0.contains("event=script") })
    let pattern =
      #/time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=info event=script profile=p client=127\.0\.0\.1:\d+ method=GET path=/boot\.ipxe status=200 bytes=(\d+) ms=\d+\.\d/#
    let match = try #require(try pattern.wholeMatch(in: line))
    #expect(match.1 == "\(answer.body.count)")
    #expect(!server.log.contains("secret"))
  }

  @Test func `has a made-up method as a warning, for nothing of ours is broken`() throws {
    let server = try TestServer()
    #expect(try server.get("/", method: "BREW").status == 501)
    #expect(server.logHolds(" status=501 "))
    let line = server.log.split(separator: "\n").first { $0.contains(" status=501 ") }
    #expect(line?.contains(" level=warning ") == true)
  }

  @Test(arguments: [
    ("\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}", "this is the greeting of TLS"),
    ("\r\n\r\n\u{00}\r\nQUIT\n", "this is the greeting of the PROXY protocol"),
    ("PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n\r\n", "this is the greeting of the PROXY protocol"),
    ("\u{07}\u{16}\u{03}\u{01}", "the request head holds a control byte"),
  ])
  func `names another protocol's greeting`(greeting: String, line: String) throws {
    let server = try TestServer()
    let client = try server.client()
    try client.send(greeting)
    let answer = try client.answer()
    #expect(answer.status == 400 && answer.text.hasPrefix(line), "\(answer.text)")
    #expect(server.logHolds("event=refused error=\"\(line)"), "\(server.log)")
  }

  @Test(arguments: [
    (["profiles/b.json": "{}", "profiles/a.json": "{", "profiles/.c.json": "{}"], "/?profile=b"),
    (["profiles/a b.json": "{}", "profiles/development.json": "{"], "/?profile=a%20b"),
    (["profiles/development.json": "{}", "profiles/a.json": "{}"], "/?profile=development"),
    (
      ["profiles/a.json": #"{"cloud_config":"x"}"#, "configs/x.yml.tmpl": "a: {{machine.id}}"],
      "/boot.ipxe"
    ), ([:], "/boot.ipxe"),
  ])
  func `begins with a URL that works`(files: [String: String], target: String) throws {
    let directory = try TemporaryDirectory(files)
    let root = DataRoot(path: directory.path)
    #expect(DataFolder.exampleTarget(in: root) == target)
    let server = try TestServer(directory: directory)
    #expect(try server.get(target).status == 200)
  }

  @Test func `stays one line a request whatever is asked`() throws {
    let server = try TestServer()
    _ = try server.get("/?profile=x%0alevel=error%22")
    _ = try server.get("/a%0ab\"c")
    // Each loop writes its own lines: the second may come first.
    #expect(server.logHolds("path=\"/a%0ab\\\"c\""))
    #expect(server.logHolds("profile=\"x\\x0alevel=error\\\"\""))
  }

  @Test func `keeps quiet below its level`() throws {
    let server = try TestServer(adjust: { $0.logLevel = .error })
    _ = try server.get("/healthz")
    try server.directory.write("profiles/p.json", "{")
    _ = try server.get("/?profile=p")
    #expect(server.logHolds("level=error event=script profile=p"))
    #expect(!server.log.contains("level=info") && !server.log.contains("level=warning"))
  }

  @Test func `counts what a reader that is gone loses, once there is one again`() throws {
    let isGone = Locked(true)
    let written = Locked<[UInt8]>([])
    let log = try Log(level: .info) { (bytes, start) throws(Errno) in
      if isGone.withLock({ $0 }) { throw Errno.brokenPipe }
      written.withLock { $0 += bytes[start...] }
      return bytes.count - start
    }
    for _ in 0..<3 {
      log.append(Array("lost\n".utf8), lines: 1)
      log.flush(milliseconds: 1000)
    }
    isGone.withLock { $0 = false }
    log.append(Array("kept\n".utf8), lines: 1)
    log.flush(milliseconds: 1000)
    let text = written.withLock { String(decoding: $0, as: UTF8.self) }
    #expect(text.hasPrefix("kept\n") && text.contains("event=log-dropped lines=3\n"))
  }

  @Test func `counts what a reader that does not read makes it drop`() throws {
    let gate = Locked(false)
    let written = Locked<[UInt8]>([])
    let log = try Log(level: .info, capacity: 1000) { (bytes, start) throws(Errno) in
      while !gate.withLock({ $0 }) { usleep(1000) }
      written.withLock { $0 += bytes[start...] }
      return bytes.count - start
    }
    for number in 0..<100 { log.append(Array("line \(number) ..............\n".utf8), lines: 1) }
    gate.withLock { $0 = true }
    log.flush(milliseconds: 2000)
    let text = written.withLock { String(decoding: $0, as: UTF8.self) }
    let kept = text.split(separator: "\n").filter { $0.hasPrefix("line ") }.count
    let match = try #require(try #/event=log-dropped lines=(\d+)/#.firstMatch(in: text))
    #expect(kept > 0 && Int(match.1) == 100 - kept)
  }
}

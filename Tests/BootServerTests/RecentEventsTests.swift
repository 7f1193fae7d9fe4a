// BootServerTests: what happened lately.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer
@testable import HTTP

@Suite("The last events")
struct RecentEventsTests {
  private static func line(_ number: Int) -> [UInt8] {
    LogLine.of(Event(.script, ["number": .text("\(number)")]))
  }

  @Test func `are the last ten thousand, with their numbers, however they came`() {
    let recent = RecentEvents()
    #expect(recent.last.lines.isEmpty && recent.last.first == 1)
    var written = 0
    for round in 0..<7000 {
      let batch = (0..<(1 + round % 5)).flatMap { Self.line(written + $0 + 1) }
      recent.add(batch, count: 1 + round % 5)
      written += 1 + round % 5
    }
    let (first, lines) = recent.last
    #expect(lines.count == RecentEvents.limit && first == written - RecentEvents.limit + 1)
    #expect(LoggedEvent(lines[0])?["number"] == "\(first)")
    #expect(lines.last.flatMap { LoggedEvent($0) }?["number"] == "\(written)")
  }

  @Test func `take no more room than they may`() {
    let recent = RecentEvents()
    let long = [UInt8](repeating: 0x61, count: 99_999) + [0x0a]
    for _ in 0..<500 { recent.add(long, count: 1) }
    #expect(recent.last.lines.reduce(0) { $0 + $1.count } <= 8 << 20)
    #expect(recent.last.first == 500 - recent.last.lines.count + 1)
  }

  @Test func `are JSON lines for who may use the API, also where the log says less`() throws {
    let lab = try MachineLab([:], adjust: { $0.logLevel = .error })
    _ = try lab.server.get("/?profile=a%20%22b%0a&token=secret")
    _ = try lab.server.get("/images/x%ff")
    #expect(try lab.server.get("/events/recent").status == 403)
    let answer = try lab.api("GET", "/events/recent")
    #expect(answer["content-type"] == "application/x-ndjson")
    let events = try answer.text.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    let script = try #require(events.first { $0["event"] as? String == "script" })
    #expect(script["profile"] as? String == "a \"b\n" && script["status"] as? Int == 404)
    #expect(script["level"] as? String == "warning" && script["ms"] is Double)
    #expect(events.compactMap { $0["id"] as? Int } == Array(1...events.count))
    #expect(!answer.text.contains("secret"))
    #expect(!lab.server.log.contains("event=script"))
  }

  /// A line costs as much as a script, and of ten thousand a second the last ones tell no more.
  @Test func `are few of those that the log does not have, when there are many`() throws {
    let log = try Log(level: .warning) { (bytes, start) throws(Errno) in bytes.count - start }
    let requests = RequestLog(log)
    let record = ExchangeRecord(
      head: nil, peer: .loopback(port: 1), status: .ok, sentBytes: 0, isComplete: true,
      microseconds: 1, event: Event(.script))
    for _ in 0..<5000 { requests.add(record) }
    requests.handOver()
    // A second may end in between.
    #expect((500...1000).contains(log.recent.last.lines.count))
  }

  @Test(arguments: [
    "", "x", "time=1 level=info", "time=1 level=loud event=x", "level=info time=1 event=x",
    "time=2026-11-27T10:00:00.000Z level=info event=x broken",
  ])
  func `are not read from what is none of our lines`(line: String) {
    #expect(LoggedEvent(Array(line.utf8)) == nil)
  }

  @Test func `are read behind what a journal puts in front, and back from JSON`() throws {
    let line =
      #"Nov 27 host srv[1]: time=2026-11-27T10:00:00.000Z level=warning event=held machine=a by=tie"#
      + #" error="two \"words\"" client=[fe80::1]:80 status=503"#
    let event = try #require(LoggedEvent(Array(line.utf8)))
    #expect(event.name == "held" && event.severity == .warning && event["error"] == "two \"words\"")
    #expect(event.host == "fe80::1" && event.status == 503)
    #expect(LoggedEvent(event.json(id: 1)) == event)
  }

  @Test(arguments: [
    ("10.0.0.1:99", "10.0.0.1"), ("10.0.0.1", "10.0.0.1"), ("[::1]:8", "::1"),
    ("fe80::1", "fe80::1"), ("-", "-"),
  ])
  func `know who asked`(client: String, host: String) throws {
    let line = "time=1 level=info event=x client=\(client)"
    #expect(try #require(LoggedEvent(Array(line.utf8))).host == host)
  }
}

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
  private static func event(_ number: Int) -> KeptEvent {
    EventText.of(Event(.script, ["number": .text("\(number)")]))
  }

  private static func numbers(_ feed: EventFeed) throws -> [String] {
    try feed.recentLines.split(separator: 0x0a).map { line in
      let object = try JSONReader.read(Array(line))
      return "\(object["id"].shown)=\(object["number"].shown)"
    }
  }

  @Test func `are the last ten thousand, with their numbers, however they came`() throws {
    let feed = try EventFeed()
    #expect(feed.recentLines.isEmpty && feed.extent == nil)
    var written = 0
    for round in 0..<7000 {
      feed.add((0..<(1 + round % 5)).map { Self.event(written + $0 + 1) })
      written += 1 + round % 5
    }
    // Without a state directory they have none.
    #expect(try Self.numbers(feed).last == "=\(written)")
    feed.reserve(upTo: 1_000_000, after: 500)
    let numbers = try Self.numbers(feed)
    #expect(numbers.count == EventFeed.limit)
    #expect(numbers.first == "\(500 + written - 9999)=\(written - 9999)")
    #expect(numbers.last == "\(500 + written)=\(written)")
    let extent = EventFeed.Extent(first: written - 9999, end: written + 1, offset: 500)
    #expect(feed.extent == extent)
  }

  @Test func `take no more room than they may`() throws {
    let feed = try EventFeed()
    let long = KeptEvent(name: "x", members: [UInt8](repeating: 0x61, count: 99_999))
    for _ in 0..<500 { feed.add([long]) }
    let (first, events) = feed.events(from: 1, limit: .max)
    #expect(events.reduce(0) { $0 + $1.members.count } <= 8 << 20)
    #expect(first == 500 - events.count + 1)
    #expect(feed.events(from: 499, limit: .max).1.count == 2)
    #expect(feed.events(from: first, to: first + 1, limit: .max).1.count == 1)
    #expect(feed.events(from: first, limit: 150_000).1.count == 2)
    #expect(feed.events(from: 501, limit: .max).1.isEmpty)
  }

  /// `doctor` reads the log of yesterday and the events of today, and must not see a difference.
  @Test(arguments: [
    Event(
      .script, .warning, subject: .profile([0x61, 0xff, 0x22]), ["warning": "a \"b\"\n\u{202e}"]),
    Event(.held, subject: .machine("a b"), ["by": "tie", "error": "", "machine": "again"]),
    Event(.file, ["bytes": "12", "ms": "0.7", "status": "none", "incomplete": "x"]),
    Event(.key, .error, subject: .key(Array("ü".utf8)), ["time": "x", "id": "y"]),
  ])
  func `say as JSON what their lines say`(event: Event) throws {
    let time = FileTime(seconds: 1_795_000_000, nanoseconds: 123_456_789)
    var json: [UInt8] = []
    EventText.of(event, at: time).append(number: 7, to: &json)
    let line = try #require(LoggedEvent(LogLine.of(event, at: time).dropLast()))
    #expect(try JSONReader.read(json) == line.json(id: 7))
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
  @Test(arguments: [Event.Severity.warning, .info])
  func `are few of those that went well, when there are many`(level: Event.Severity) throws {
    let log = try Log(level: level) { (bytes, start) throws(Errno) in bytes.count - start }
    let requests = RequestLog(log)
    let record = ExchangeRecord(
      head: nil, peer: .loopback(port: 1), status: .ok, sentBytes: 0, isComplete: true,
      microseconds: 1, event: Event(.script))
    for _ in 0..<5000 { requests.add(record) }
    requests.handOver()
    // A second may end in between.
    #expect((500...1000).contains(log.feed.events(from: 1, limit: .max).1.count))
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

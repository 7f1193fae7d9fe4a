// BootServerTests: events as they come.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer
@testable import HTTP

@Suite("Events as they come", .waits, .timeLimit(.minutes(5)))
struct EventsTests {
  private static func lab(_ adjust: (inout Configuration) -> Void = { _ in }) throws -> MachineLab {
    let lab = try MachineLab(adjust: adjust)
    #expect(lab.server.logHolds("event=machines"))
    return lab
  }

  @Test func `have a number, a name and an object, for who may use the API`() throws {
    let lab = try Self.lab()
    #expect(try lab.server.get("/events").status == 403)
    let client = try EventClient(lab)
    let last = client.began
    _ = try lab.boot(MachineLab.query(1) + "&token=secret")
    let state = try client.next(named: "machine-state")
    #expect(state.id > last && state.data["id"].shown == "\(state.id)")
    #expect(state.data["machine"].plain == MachineLab.uuid(1))
    #expect(state.data["from"].plain == "none" && state.data["to"].plain == "configured")
    let next = try client.next()
    #expect(next.name == "machine-state" && next.data["to"].plain == "installing")
    let script = try client.next(named: "script")
    #expect(script.id > state.id && script.data["machine"].plain == MachineLab.uuid(1))
    #expect(script.data["time"].plain.hasSuffix("Z") && script.data["status"].shown == "200")
    #expect(!JSONWriter.text(script.data).contains("secret"))
    let head = try lab.api("HEAD", "/events")
    #expect(head.status == 200 && head["content-type"] == "text/event-stream")
    #expect(try lab.api("GET", "/events?after=x").status == 400)
    #expect(try lab.api("POST", "/events", "").status == 405)
  }

  @Test func `are all told again from the number on that a client has`() throws {
    let lab = try Self.lab()
    let first = try EventClient(lab)
    _ = try lab.server.get("/?profile=a")
    _ = try lab.server.get("/?profile=b")
    let one = try first.next(named: "script")
    let two = try first.next(named: "script")
    #expect(two.id == one.id + 1)
    for client in [
      try EventClient(lab, after: one.id), try EventClient(lab, query: "?after=\(one.id)"),
      try EventClient(lab, after: one.id, query: "?after=\(two.id)"),
    ] {
      #expect(client.began == one.id)
      let again = try client.next()
      #expect(again.id == two.id && again.data == two.data)
    }
  }

  @Test func `begin with what happened last, where that is asked for`() throws {
    let lab = try Self.lab()
    let began = try EventClient(lab).began
    for profile in ["a", "b", "c"] {
      _ = try lab.server.get("/?profile=\(profile)")
      _ = try lab.api("GET", "/machines")
    }
    // What is refused has happened.
    #expect(try lab.server.get("/machines").status == 403)
    let client = try RawClient(socket: lab.server.directory.path + "/state/api.sock")
    try client.send("GET /events?last=3 HTTP/1.0\r\n\r\n")
    #expect(try client.answer(hasBody: false).status == 200)
    var names: [String] = []
    var numbers: [Int] = []
    for _ in 0..<3 {
      let block = try client.text(to: "\n\n")
      let lines = block.split(separator: "\n").filter { $0 != "retry: 2000" }
      numbers.append(try #require(Int(lines[0].dropFirst(4))))
      names.append(String(lines[1].dropFirst(7)))
    }
    // Of two loops nobody knows which one tells first.
    #expect(names.sorted() == ["machine-api", "script", "script"])
    #expect(numbers == numbers.sorted() && numbers[0] > began)
    // Then where it is now, and what comes.
    let now = try client.text(to: "\n\n")
    #expect(Int(now.dropFirst(4).dropLast(2)) ?? 0 >= numbers[2], "\(now)")
    _ = try lab.server.get("/?profile=d")
    while try !client.text(to: "\n\n").contains("event: script\n") {}
    for query in ["last=x", "last=-1", "last=1001"] {
      #expect(try lab.api("GET", "/events?" + query).status == 400, "\(query)")
    }
    #expect(try EventClient(lab, query: "?last=0").began > numbers[2])
  }

  /// The page leaves out what the server leaves out.
  @Test func `of who only looks are the same for the page`() throws {
    let script = try Repository.text("Sources/BootServer/Page/assets/common.js")
    let list = try #require(try #/const looks = new Set\(\[([^\]]*)\]/#.firstMatch(in: script)).1
    let names = list.matches(of: #/'([a-z-]+)'/#).map { String($0.1) }
    #expect(names.sorted() == Event.Name.looks.map(\.text).sorted())
  }

  /// 10,000 are kept; what is older is said to be gone.
  @Test func `leave a gap where a client was away for too long`() throws {
    let lab = try Self.lab()
    let began = try EventClient(lab).began
    let log = lab.server.running.log
    log.feed.add((0..<25_000).map { EventText.of(Event(.key, ["n": .text("\($0)")])) })
    let client = try EventClient(lab, after: began)
    let gap = try client.next()
    #expect(gap.name == "gap" && gap.data["from"].shown == "\(began + 1)")
    let end = try #require(Int(gap.data["to"].shown))
    #expect(gap.id == end)
    var events: [(id: Int, name: String, data: JSON)] = []
    for _ in 0..<9990 { events.append(try client.next()) }
    #expect(events.map(\.id) == Array(end + 1...end + 9990))
    // A number of another history is none of ours: all that is kept is news.
    let stranger = try EventClient(lab, after: 999_999_999)
    #expect(stranger.began <= end + 10)
    #expect(try stranger.next().name == "key")
  }

  @Test func `wait for a state directory that gives them numbers`() throws {
    let lab = try MachineLab(prepare: { try $0.write("state/events", "no number\n") })
    #expect(lab.server.logHolds("event=events"))
    let answer = try lab.api("GET", "/events")
    #expect(answer.status == 503 && answer["retry-after"] == "2")
    #expect(lab.server.log.contains("state/events holds no numbers; remove it"))
    try FileManager.default.removeItem(atPath: lab.server.directory.path + "/state/events")
    for _ in 0..<1000 where lab.server.running.log.feed.extent == nil { usleep(5000) }
    #expect(try EventClient(lab).began > 0)
  }

  @Test func `go on where they were after a clean stop, and never back after a kill`() throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    let path = directory.path + "/state/events"
    func run() throws -> Int {
      let lab = MachineLab(server: try TestServer(directory: directory))
      #expect(lab.server.logHolds("event=machines"))
      _ = try lab.server.get("/?profile=a")
      return try EventClient(lab).began
    }
    let first = try run()
    let kept = try #require(
      EventNumbers.number(in: Array(try Data(contentsOf: URL(fileURLWithPath: path)))))
    #expect(kept >= first && kept < first + 20)
    let second = try run()
    #expect(second > kept && second < kept + 20)
    // As a kill leaves it.
    try Data(EventNumbers.text(kept + EventNumbers.reserve)).write(to: URL(fileURLWithPath: path))
    #expect(try run() > kept + EventNumbers.reserve)
  }

  @Test(arguments: [
    ("000000000000000017 000000000000000017\n", 17),
    ("000000000000000027 000000000000000017\n", 27),
    ("000000000000000017 000000000000000027\n", 27), ("17\n", nil), ("", nil), ("a b\n", nil),
  ])
  func `have their number in a file that may be cut short`(text: String, number: Int?) {
    #expect(EventNumbers.number(in: Array(text.utf8)) == number)
  }
}

@Suite("Many who listen to events", .waits, .timeLimit(.minutes(5)), .serialized)
struct EventListenersTests {
  /// Reports what was measured; the bound is for a machine that does four other things.
  @Test func `hear of each at once, two hundred of them`() throws {
    let lab = try MachineLab()
    #expect(lab.server.logHolds("event=machines"))
    let clients = try (0..<200).map { _ in try EventClient(lab) }
    var worst: [Double] = []
    for round in 0..<5 {
      usleep(50_000)
      let began = Date()
      lab.server.running.log.tell(Event(.key, ["round": .text("\(round)")]))
      for client in clients {
        #expect(try client.next(named: "key").data["round"].plain == "\(round)")
      }
      worst.append(Date().timeIntervalSince(began) * 1000)
    }
    print("200 listeners had an event after at most \(worst.map { Int($0) }) ms")
    #expect(worst.min() ?? 1000 < 1000)
  }

  @Test func `are a thousand at most, and those that left make room`() throws {
    let feed = try EventFeed()
    let listeners = try EventListeners(feed, numbers: EventNumbers(feed) { _ in }, limit: 3)
    #expect({ if case .notYet = listeners.add() { true } else { false } }())
    feed.reserve(upTo: 100, after: 0)
    func add() -> ResponseStream? {
      if case .stream(let stream) = listeners.add() { return stream }
      return nil
    }
    let streams = (0..<3).compactMap { _ in add() }
    #expect(streams.count == 3 && add() == nil)
    streams[1].close()
    var more: ResponseStream?
    for _ in 0..<1000 where more == nil { more = add() }
    #expect(more != nil && add() == nil)
    listeners.stop()
  }

  @Test func `come and go a thousand times, and the server serves on`() throws {
    let lab = try MachineLab()
    #expect(lab.server.logHolds("event=machines"))
    let stays = try EventClient(lab)
    for _ in 0..<1000 {
      _ = try? RawClient(socket: lab.server.directory.path + "/state/api.sock").send(
        "GET /events HTTP/1.1\r\nHost: h\r\n\r\n")
    }
    #expect(try lab.server.get("/healthz").status == 200)
    _ = try lab.server.get("/?profile=a")
    #expect(try stays.next(named: "script").data["profile"].plain == "a")
    for _ in 0..<1000 where lab.server.running.listeners.count > 1 {
      lab.server.running.log.tell(Event(.key))
      usleep(5000)
    }
    #expect(lab.server.running.listeners.count == 1)
  }

  @Test func `are let go when they are a megabyte behind, and told so when they return`() throws {
    let lab = try MachineLab()
    #expect(lab.server.logHolds("event=machines"))
    let lazy = try EventClient(lab)
    let began = lazy.began
    let busy = try EventClient(lab)
    let log = lab.server.running.log
    let text = String(repeating: "x", count: 900)
    var sent = 0
    for _ in 0..<400 where lab.server.running.listeners.count > 1 {
      log.feed.add((0..<100).map { _ in EventText.of(Event(.key, ["text": .text(text)])) })
      for _ in 0..<100 { _ = try busy.next(named: "key") }
      sent += 100
    }
    #expect(lab.server.running.listeners.count == 1)
    #expect(sent < 20_000)
    let back = try EventClient(lab, after: began)
    #expect(try back.next().name == (sent > 8500 ? "gap" : "key"))
  }
}

// BootServerTests: what strangers may cost (faults/README.md, row 14).
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import Boot
@testable import BootServer

@Suite("What boots tell of known machines")
struct ObservationLimitTests {
  private static let start = Instant(nanoseconds: 1_000_000_000_000)

  private static func id(_ number: Int) throws -> MachineID {
    try #require(MachineID(MachineLab.uuid(number)))
  }

  /// - Returns: how many machines of a range are heard at a time.
  private static func heard(
    _ limit: inout ObservationLimit, _ numbers: Range<Int>, at milliseconds: Int
  ) throws -> Int {
    let now = start.advanced(milliseconds: milliseconds)
    return try numbers.count { limit.allows(try id($0), at: now) }
  }

  @Test func `is heard once in ten seconds`() throws {
    var limit = ObservationLimit()
    let times = [0, 1, 5000, 9999, 10_000, 10_001, 19_999, 20_000]
    let heard = try times.filter { try Self.heard(&limit, 1..<2, at: $0) == 1 }
    #expect(heard == [0, 10_000, 20_000])
  }

  @Test func `is heard of a hundred machines a second`() throws {
    var limit = ObservationLimit()
    #expect(try Self.heard(&limit, 0..<500, at: 0) == 100)
    #expect(try Self.heard(&limit, 500..<1000, at: 999) == 0)
    #expect(try Self.heard(&limit, 500..<1000, at: 1001) == 100)
  }

  /// Whom it has heard for ten seconds makes room: 20,000 machines are more than it remembers.
  @Test func `is heard of ever more machines`() throws {
    var limit = ObservationLimit()
    for second in 0..<200 {
      let first = second * 100
      #expect(try Self.heard(&limit, first..<first + 100, at: second * 1001) == 100)
    }
  }
}

@Suite("Strangers", .waits, .serialized)
struct StrangerTests {
  private static let known = 8
  private static let connections = 24
  private static let seconds = testsAreStrict ? 3.0 : 1.0

  /// A number of `GET /state`.
  private static func count(_ name: String, _ lab: MachineLab) throws -> Int {
    let answer = try lab.api("GET", "/state")
    let members = try JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
    return try #require(members?[name] as? Int)
  }

  private static func hex(_ text: String) -> String {
    text.utf8.map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
  }

  /// Boots of known machines, each of which tells another serial and another host name.
  ///
  /// - Returns: how many were answered.
  private static func storm(_ lab: MachineLab, until end: Date, _ stranger: Int) throws -> Int {
    let client = try lab.server.client()
    var count = 0
    // A busy machine takes longer, and then the storm is as large nevertheless.
    while Date() < end || count < 25 {
      let query = MachineLab.query(1 + count % known)
      let words = "&serial_hex=\(hex("S\(stranger)-\(count)"))&hostname_hex=\(hex("n\(count)"))"
      let answer = try client.get("/boot.ipxe?" + query + words)
      guard answer.status == 200 else { throw ClientError(description: answer.text) }
      count += 1
    }
    return count
  }

  /// The longest time that somebody else waited for an answer, in seconds.
  private static func others(_ lab: MachineLab, until end: Date) throws -> Double {
    let client = try lab.server.client()
    var longest = 0.0
    var next = 100
    while Date() < end || next < 106 {
      let targets = [
        "/boot.ipxe?" + MachineLab.query(known + 1), "/?profile=core",
        // Somebody new is written down, behind all that waits for the disk.
        "/boot.ipxe?" + MachineLab.query(next),
      ]
      for target in targets {
        let began = Date()
        let status = try client.get(target).status
        guard status == 200 else { throw ClientError(description: "\(target): \(status)") }
        longest = max(longest, -began.timeIntervalSinceNow)
      }
      next += 1
      usleep(50_000)
    }
    return longest
  }

  /// Row 14: others waited 8 to 45 s, and there were 31,102 commits in 10 s.
  @Test func `who tell something else of known machines at each boot cost the disk little`() throws
  {
    let lab = try MachineLab()
    for number in 1...Self.known + 1 {
      let body = #"{"profile":"core","state":"running"}"#
      #expect(try lab.api("PUT", "/machines/\(MachineLab.uuid(number))", body).status == 201)
    }
    let before = (try Self.count("batches", lab), try Self.count("changes", lab))
    let newcomersBefore = try Self.count("machines", lab)
    let end = Date().addingTimeInterval(Self.seconds)
    let (asked, longest) = (Locked(0), Locked(0.0))
    let failures = Locked<[String]>([])
    let group = DispatchGroup()
    for number in 0...Self.connections {
      group.enter()
      Foundation.Thread.detachNewThread {
        defer { group.leave() }
        do {
          if number == Self.connections {
            let time = try Self.others(lab, until: end)
            longest.withLock { $0 = time }
          } else {
            let count = try Self.storm(lab, until: end, number)
            asked.withLock { $0 += count }
          }
        } catch {
          failures.withLock { $0.append("\(number): \(error)") }
        }
      }
    }
    group.wait()
    #expect(failures.withLock { $0 } == [])
    let requests = asked.withLock { $0 }
    #expect(requests > 500)
    #expect(longest.withLock { $0 } < 3)
    let newcomers = try Self.count("machines", lab) - newcomersBefore
    #expect(newcomers > 5)
    // Each newcomer is written down twice at most: its record, and that its installer was served.
    let most = Self.known * (2 + Int(Self.seconds) / 10) + 2 * newcomers
    #expect(try Self.count("batches", lab) - before.0 <= most, "\(requests) requests")
    #expect(try Self.count("changes", lab) - before.1 <= most, "\(requests) requests")
    for number in 1...Self.known {
      // Not deaf either.
      #expect(try lab.record(MachineLab.uuid(number))["hostname"] is String)
    }
    #expect(try Self.count("queue", lab) == 0)
  }

  /// A word that ends the waiting of a thread.
  private final class Gate: Sendable {
    private let counter: EventCounter
    private let isOpen = Locked(false)

    init() throws { counter = try EventCounter(semaphore: true) }

    func wait() { while !isOpen.withLock({ $0 }) { _ = counter.wait(milliseconds: 100) } }

    func open() {
      isOpen.withLock { $0 = true }
      counter.add()
    }
  }

  @Test func `who report without the token are refused before anything is to be done`() throws {
    let lab = try MachineLab()
    let register = lab.server.register
    let config = try #require(MachineLab.config(try lab.boot(MachineLab.query(1))))
    let report = try lab.reportURL("installed", in: config)
    let path = String(try #require(report.split(separator: "?").first))
    lab.server.settle()
    // A moment after its file was written nobody knows yet who wrote it.
    let id = try #require(MachineID(MachineLab.uuid(1)))
    for _ in 0..<400 where !register.store.isCurrent(id) { usleep(10_000) }
    // From here on nothing is decided.
    let (gate, isReached) = (try Gate(), Locked(false))
    defer { gate.open() }
    register.submit(
      MachineJob(
        subject: .nobody, who: "test",
        decide: { (_, _) throws(MachineError) in
          isReached.withLock { $0 = true }
          gate.wait()
          return .nothing
        })
    ) { _ in }
    for _ in 0..<400 where !isReached.withLock({ $0 }) { usleep(5000) }
    try #require(isReached.withLock { $0 } && register.waitingJobs == 0)
    let client = try lab.server.client()
    for query in ["", "?token=", "?token=" + String(repeating: "0", count: 32)] {
      for word in ["installed", "running"] {
        let target = path.replacing("/installed", with: "/" + word) + query
        #expect(try client.get(target, method: "POST").status == 403)
        #expect(register.waitingJobs == 0)
      }
    }
    let stranger = "/machines/\(MachineLab.uuid(9))/installed?token=x"
    #expect(try client.get(stranger, method: "POST").status == 404 && register.waitingJobs == 0)
    // The one who has it waits.
    try client.send("POST \(report) HTTP/1.1\r\nHost: h\r\n\r\n")
    for _ in 0..<400 where register.waitingJobs == 0 { usleep(5000) }
    #expect(register.waitingJobs == 1)
    gate.open()
    #expect(try client.answer().status == 204)
  }
}

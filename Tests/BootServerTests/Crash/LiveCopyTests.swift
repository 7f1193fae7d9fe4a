// BootServerTests/Crash: cp -r of a state directory that a server changes without pause.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Boot
@testable import BootServer

/// Machines that come, get a number, and go, by the socket of a server.
///
/// Every change writes one number in two places, so that no record but one that was can have it twice.
private final class Changes: Sendable {
  static let machines = 12
  static let quantity = 4

  let socket: String
  let count = Locked(0)
  /// The numbers that each machine's record may have, by its ID.
  let numbers = Locked<[String: Set<String>]>([:])
  let refusals = Locked<[String]>([])
  private let isOver = Locked(false)
  private let group = DispatchGroup()

  init(socket: String) { self.socket = socket }

  func start() {
    for thread in 0..<4 {
      group.enter()
      Foundation.Thread.detachNewThread { [self] in
        defer { group.leave() }
        do {
          let client = try RawClient(socket: socket)
          var chance = Chance(thread + 1)
          var number = thread
          while !isOver.withLock({ $0 }) {
            // Each machine is one thread's.
            let machine = 1 + thread + 4 * chance.below(Self.machines / 4)
            try change(machine, number, chance.below(8), client)
            number += 4
          }
        } catch {
          refusals.withLock { $0.append("\(error)") }
        }
      }
    }
  }

  func stop() {
    isOver.withLock { $0 = true }
    group.wait()
  }

  private func change(_ machine: Int, _ number: Int, _ kind: Int, _ client: RawClient) throws {
    let path = "/machines/\(MachineLab.uuid(machine))"
    var answer: Answer
    switch kind {
    case 0: answer = try client.get(path, method: "DELETE")
    case 1, 2, 3: answer = try client.get("/boot.ipxe?" + MachineLab.query(machine))
    default:
      let profile = kind < 6 ? #""profile":null,"state":"unknown","# : ""
      numbers.withLock { _ = $0[MachineLab.uuid(machine), default: []].insert("\(number)") }
      let body = #"{\#(profile)"hostname":"n\#(number)","metadata":{"n":"\#(number)"}}"#
      try client.send(
        "PATCH \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
      answer = try client.answer()
    }
    // 503 where no slot is free, 404 where it is not there: both are answers.
    if ![200, 204, 404, 503].contains(answer.status) {
      refusals.withLock { $0.append("\(kind): \(answer.status) \(answer.text)") }
    }
    count.withLock { $0 += 1 }
  }
}

@Suite("cp -r of a state directory in use", .waits)
struct LiveCopyTests {
  private static let files = MachineLab.profiles.merging([
    "profiles/core.json":
      #"{"os":"flatcar","version":"1","quantity":\#(Changes.quantity),"install":{"cloud_config":"inst"}}"#
  ]) { $1 }

  private static func json(_ client: RawClient, _ path: String) throws -> Any {
    let answer = try client.get(path)
    #expect(answer.status == 200, "\(answer.text)")
    return try JSONSerialization.jsonObject(with: answer.body)
  }

  /// A server on a copy, under another data directory.
  private static func look(at copy: TemporaryDirectory, _ numbers: [String: Set<String>]) throws {
    let server = try ServerProgram(copy.path)
    try #require(
      server.program.hasPrinted("event=machines state=", within: 10), "\(server.program.printed)")
    let client = try RawClient(socket: copy.path + "/state/api.sock")
    let state = try #require(try json(client, "/state") as? [String: Any])
    let isCareful = state["careful"] is String
    let records = try #require(try json(client, "/machines") as? [[String: Any]])
    #expect(!records.isEmpty)
    for record in records {
      let id = try #require(record["id"] as? String)
      guard record["state"] is String else {
        // What cannot be used is said, by name.
        #expect(server.program.printed.contains("machines/\(id).json"))
        continue
      }
      let number = (record["metadata"] as? [String: Any])?["n"] as? String
      #expect((record["hostname"] as? String) == number.map { "n" + $0 }, "\(record)")
      if let number { #expect(numbers[id]?.contains(number) == true) }
    }
    func holders() throws -> Int {
      let records = try #require(try json(client, "/machines") as? [[String: Any]])
      return records.count { $0["profile"] as? String == "core" }
    }
    let before = try holders()
    if !isCareful { #expect(before <= Changes.quantity) }
    // All that come now get no more than is left.
    for number in 1...Changes.machines * 2 {
      let answer = try client.get("/boot.ipxe?" + MachineLab.query(number))
      #expect([200, 503].contains(answer.status), "\(answer.text)")
    }
    #expect(try holders() <= max(before, Changes.quantity))
    #expect(server.program.isRunning)
  }

  @Test func `can be started from`() throws {
    let directory = try TemporaryDirectory(Self.files)
    let server = try ServerProgram(directory.path)
    let changes = Changes(socket: directory.path + "/state/api.sock")
    changes.start()
    var copies: [TemporaryDirectory] = []
    do {
      defer { changes.stop() }
      for _ in 0..<4 {
        usleep(400_000)
        let copy = try TemporaryDirectory(Self.files)
        // Files that go meanwhile are a complaint of cp's, and no more.
        _ = try Program.run("/bin/cp", ["-r", directory.path + "/state", copy.path + "/state"])
        copies.append(copy)
      }
    }
    #expect(changes.refusals.withLock { $0 } == [])
    #expect(changes.count.withLock { $0 } > 50)
    server.program.kill(SIGTERM)
    #expect(server.program.exitStatus(within: 10) == 0)
    let numbers = changes.numbers.withLock { $0 }
    for copy in copies { try Self.look(at: copy, numbers) }
  }
}

// BootServerTests: what a server costs that does no more than the original.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

/// What the kernel says of a process (proc(5)).
private struct ProcessFacts {
  let folder: String

  init(_ program: Program) { folder = "/proc/\(program.identifier)" }

  private func text(_ name: String) -> String {
    // `FileManager.contents` leaks a page where a file is empty.
    let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: folder + "/" + name))
    let bytes = (try? file?.readToEnd()) ?? Data()
    return String(decoding: bytes, as: UTF8.self)
  }

  private func names(_ name: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + name)) ?? []
  }

  /// How many threads have each name.
  var threads: [String: Int] {
    names("task").reduce(into: [:]) { counts, task in
      counts[text("task/\(task)/comm").trimmingCharacters(in: .newlines), default: 0] += 1
    }
  }

  var children: [Substring] {
    names("task").flatMap { text("task/\($0)/children").split(separator: " ") }
  }

  /// Kilobytes of a line of `status`.
  func kilobytes(_ key: String) throws -> Int {
    let line = try #require(text("status").split(separator: "\n").first { $0.hasPrefix(key + ":") })
    return try #require(
      line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
  }

  /// Ports of the process's own sockets in a table of `net`, of one state or of any.
  func ports(_ table: String, state: Substring? = nil) -> Set<UInt16> {
    let links = names("fd").compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/fd/\($0)")
    }
    let sockets = Set(links.filter { $0.hasPrefix("socket:[") })
    var ports: Set<UInt16> = []
    for line in text("net/" + table).split(separator: "\n").dropFirst() {
      let words = line.split(separator: " ")
      guard words.count > 9, sockets.contains("socket:[\(words[9])]"),
        state ?? words[3] == words[3],
        let port = words[1].split(separator: ":").last.flatMap({ UInt16($0, radix: 16) })
      else { continue }
      ports.insert(port)
    }
    return ports
  }
}

@Suite("A server that has the original's three settings and is asked for scripts only", .waits)
struct SmallTests {
  private static let program = "coreos-ipxe-server"
  private static let listening: Substring = "0A"

  let directory: TemporaryDirectory
  let server: Program
  let port: UInt16

  init() throws {
    directory = try TemporaryDirectory(["profiles/p.json": #"{"version":"1"}"#])
    server = try Program(
      Program.built(Self.program), [],
      environment: [
        "COREOS_IPXE_SERVER_DATA_DIR": directory.path,
        "COREOS_IPXE_SERVER_LISTEN_ADDR": "127.0.0.1:0",
        "COREOS_IPXE_SERVER_BASE_URL": "http://10.0.0.1:4777",
      ])
    try #require(server.hasPrinted("event=listening", within: 10), "\(server.printed)")
    let match = try #/address=\S*:(\d+) /#.firstMatch(in: server.printed)
    port = try #require(UInt16(match?.1 ?? ""))
  }

  private func ask() throws {
    for _ in 0..<50 {
      let client = try RawClient(port: port)
      for _ in 0..<4 {
        let answer = try client.get("/?profile=p")
        #expect(answer.status == 200 && answer.text.contains("http://10.0.0.1:4777"))
      }
    }
  }

  /// Waits until git, where there is one, has made the trail that machines would have.
  private func settle() {
    for _ in 0..<1000 {
      let isBegun = FileManager.default.fileExists(
        atPath: directory.path + "/state/.git/refs/heads/main")
      if isBegun || !Tool.git.isThere, ProcessFacts(server).children.isEmpty { return }
      usleep(10_000)
    }
  }

  private func files() -> Set<String> {
    let names = FileManager.default.enumerator(atPath: directory.path)?.compactMap { $0 as? String }
    return Set(names ?? [])
  }

  @Test func `writes nothing but the skeleton of its state directory`() throws {
    settle()
    let before = files()
    #expect(
      before.filter { !$0.hasPrefix("state/.git/") }.subtracting(["state/.git"]) == [
        "profiles", "profiles/p.json", "state", "state/api.sock", "state/events", "state/lock",
        "state/machines",
      ])
    try ask()
    // Whatever comes a little later would have come by then.
    usleep(1_500_000)
    #expect(files() == before)
    server.kill(SIGTERM)
    #expect(server.exitStatus(within: 10) == 0)
    #expect(files() == before.subtracting(["state/api.sock"]))
  }

  @Test func `listens at one port, and has no child`() throws {
    settle()
    let facts = ProcessFacts(server)
    try ask()
    #expect(facts.children == [])
    let ports = facts.ports("tcp", state: Self.listening)
      .union(facts.ports("tcp6", state: Self.listening))
    #expect(ports == [port])
    #expect(facts.ports("udp").union(facts.ports("udp6")) == [])
  }

  /// A loop a processor, five that sleep, and those that wait for a disk.
  @Test func `has a thread a processor and few besides`() throws {
    settle()
    try ask()
    var threads = ProcessFacts(server).threads
    let disk = threads.removeValue(forKey: "disk") ?? 0
    #expect(disk <= 16)
    // A sanitizer's own thread has the program's name.
    let main = threads.removeValue(forKey: String(Self.program.prefix(15))) ?? 0
    #expect(1...2 ~= main)
    let sleeping = ["log": 1, "machines": 1, "trail": 1, "events": 1, "boots": 1]
    #expect(threads == sleeping.merging(["loop": System.Thread.processors]) { $1 })
  }

  /// As it is built for debugging most of it is code: 21 MB. As it is released, it is 16 MB at most in all.
  @Test func `is small`() throws {
    settle()
    try ask()
    let facts = ProcessFacts(server)
    // A sanitizer keeps terabytes of addresses, and memory as it likes.
    if try facts.kilobytes("VmSize") > 1 << 30 { return }
    #expect(try facts.kilobytes("RssAnon") < 6 << 10)
    #expect(try facts.kilobytes("VmRSS") < 28 << 10)
  }
}

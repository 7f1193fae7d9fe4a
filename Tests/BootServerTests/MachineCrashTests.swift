// BootServerTests: what a kill -9 leaves.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Boot
@testable import BootServer

/// Machines that live their lives against a server that is killed again and again.
private final class Fleet: @unchecked Sendable {
  /// What a machine was told last, and what was asked for since without an answer.
  struct Knowledge {
    var acknowledged: MachineState?
    var isAsked: MachineState?
    var lives = 0
  }

  static let order: [MachineState] = [.configured, .installing, .installed, .running]

  let directory: TemporaryDirectory
  let knowledge: [Locked<Knowledge>]
  let port = Locked<UInt16>(0)
  let isDone = Locked(false)

  init(_ directory: TemporaryDirectory, machines: Int) {
    self.directory = directory
    knowledge = (0..<machines).map { _ in Locked(Knowledge()) }
  }

  private func request(
    _ method: String, _ target: String, body: String? = nil, socket: Bool = false
  ) -> Answer? {
    do {
      let client =
        socket
        ? try RawClient(socket: directory.path + "/state/api.sock")
        : try RawClient(port: port.withLock { $0 })
      let length = "Content-Length: \(body?.utf8.count ?? 0)"
      try client.send(
        "\(method) \(target) HTTP/1.1\r\nHost: test\r\n\(length)\r\n\r\n\(body ?? "")")
      return try client.answer()
    } catch {
      return nil
    }
  }

  /// Tries something that leads to a state until it is acknowledged.
  private func reach(_ state: MachineState, _ index: Int, _ attempt: () -> Bool) {
    knowledge[index].withLock { $0.isAsked = state }
    while !isDone.withLock({ $0 }) {
      if attempt() {
        knowledge[index].withLock { known in
          known.acknowledged = state
          known.isAsked = nil
        }
        return
      }
      usleep(3000)
    }
  }

  /// One life: installed, running, and configured for the next.
  func live(_ index: Int) {
    var config = ""
    reach(.installing, index) {
      guard let script = request("GET", "/boot.ipxe?" + MachineLab.query(index)),
        script.status == 200,
        let found = MachineLab.config(script)
      else { return false }
      config = found
      return true
    }
    var report = ""
    while !isDone.withLock({ $0 }) {
      if let answer = request("GET", config), answer.status == 200,
        let url = try? #/http://test(\S*)"/#.firstMatch(in: answer.text)?.1
      {
        report = String(url)
        break
      }
      usleep(3000)
    }
    reach(.installed, index) { request("POST", report)?.status == 204 }
    let running = report.replacing("/installed", with: "/running")
    reach(.running, index) { request("POST", running)?.status == 204 }
    reach(.configured, index) {
      request(
        "PATCH", "/machines/\(MachineLab.uuid(index))", body: #"{"state":"configured"}"#,
        socket: true)?.status == 200
    }
    knowledge[index].withLock { $0.lives += 1 }
  }

  var lives: Int { knowledge.reduce(0) { $0 + $1.withLock { $0.lives } } }
}

@Suite("A server that is killed")
struct MachineCrashTests {
  static let profiles = [
    "profiles/a.json":
      #"{"os":"flatcar","version":"1","quantity":12,"priority":1,"install":{"cloud_config":"i"}}"#,
    "profiles/b.json":
      #"{"os":"flatcar","version":"1","quantity":8,"install":{"cloud_config":"i"}}"#,
    "configs/i.yml.tmpl": "i: \"{{machine.installed_url}}\"\n",
  ]

  /// 200 lives of 20 machines; the server dies at random moments in between.
  @Test func `loses nothing it acknowledged, and gives no slot twice`() throws {
    let directory = try TemporaryDirectory(Self.profiles)
    let fleet = Fleet(directory, machines: 20)
    let group = DispatchGroup()
    for index in 0..<20 {
      Foundation.Thread.detachNewThread {
        group.enter()
        while !fleet.isDone.withLock({ $0 }) { fleet.live(index) }
        group.leave()
      }
    }
    var kills = 0
    let end = Date().addingTimeInterval(150)
    while fleet.lives < 200 || kills < 20, Date() < end {
      // The trail is tested elsewhere; without it more lives fit between two deaths.
      let server = try ServerProgram(directory.path, environment: ["PATH": "/nonexistent"])
      fleet.port.withLock { $0 = server.port }
      usleep(UInt32.random(in: 20_000...250_000))
      server.program.kill(SIGKILL)
      _ = server.program.exitStatus(within: 5)
      kills += 1
      try check(fleet)
    }
    fleet.isDone.withLock { $0 = true }
    #expect(fleet.lives >= 200 && kills >= 20, "\(fleet.lives) lives, \(kills) deaths")
  }

  /// What is on disk while no server runs.
  private func check(_ fleet: Fleet) throws {
    var counts: [String: Int] = [:]
    let folder = fleet.directory.path + "/state/machines"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.hasSuffix(".json") {
      let id = try #require(MachineID(name.dropLast(5)))
      let bytes = try Array(fleet.directory.read("state/machines/" + name))
      // Half a file would not be read.
      let machine = try Machine(parsing: bytes, id: id, file: name)
      counts[machine.profile ?? "none", default: 0] += 1
      let index = try #require(Int(id.description.suffix(12), radix: 16))
      let known = fleet.knowledge[index].withLock { $0 }
      let allowed =
        [known.acknowledged, known.isAsked].compactMap { $0 }
        + (known.acknowledged == nil || known.acknowledged == .configured ? [.configured] : [])
      #expect(allowed.contains(machine.state), "\(id): \(machine.state), but \(known)")
    }
    #expect(counts["a"] ?? 0 <= 12 && counts["b"] ?? 0 <= 8 && counts["none"] == nil, "\(counts)")
    for (index, knowledge) in fleet.knowledge.enumerated()
    where knowledge.withLock({ $0.acknowledged != nil }) {
      #expect(FileManager.default.fileExists(atPath: "\(folder)/\(MachineLab.uuid(index)).json"))
    }
  }
}

// BootServerTests/Trail: how quick the trail is, and how large.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import TestSupport
import Testing

@testable import BootServer

/// `COREOS_IPXE_SERVER_MEASURE_TRAIL=100000 swift test -c release --filter TrailMeasurements`
@Suite(
  "The trail, measured",
  .needs(Needs(asked: measuredRecords > 0, "COREOS_IPXE_SERVER_MEASURE_TRAIL=RECORDS")),
  .needs(.git))
struct TrailMeasurements {
  private static func bytes(_ lab: TrailLab) throws -> Int {
    let output = try Program.run("/usr/bin/du", ["-sb", lab.path + "/.git"]).output
    return Int(output.prefix { $0 != "\t" }) ?? 0
  }

  private static func packs(_ lab: TrailLab) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: lab.path + "/.git/objects/pack")
      .count { $0.hasSuffix(".pack") }
  }

  private static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = Date()
    try body()
    return (-start.timeIntervalSinceNow * 1000).rounded() / 1000
  }

  @Test func `writes changes as quick as they come`() throws {
    let lab = try TrailLab()
    let count = measuredRecords
    for number in 1...count { lab.change(number) { $0.metadata = Metadata() } }
    let trail = try lab.start { $0 = TrailLimits() }
    let first = Self.seconds { #expect(lab.holds(within: 300) { trail.isIdle }) }
    print("first commit of \(count): \(first) s, \(try Self.bytes(lab) >> 10) KB")
    #expect(lab.holds(within: 60) { lab.subjects.count == 2 })
    func change() -> TrailNote {
      let number = Int.random(in: 1...count)
      return lab.change(number) { machine in
        machine.state = machine.state == .installing ? .installed : .installing
      }
    }
    for _ in 0..<3 {
      let before = try Self.bytes(lab)
      let lone = Self.seconds {
        trail.add([change()])
        while trail.condition.waiting > 0 { usleep(500) }
      }
      print("a lone commit: \(lone) s, \(try Self.bytes(lab) - before) bytes")
      usleep(1_100_000)
    }
    // As many as may wait.
    var notes = (0..<10_000).map { _ in change() }
    let burst = Self.seconds {
      for note in notes { trail.add([note]) }
      while trail.condition.waiting > 0 { usleep(500) }
    }
    print("10,000 at once: \(burst) s, \(Int(10_000 / burst)) a second")
    // 400 a second for a minute.
    notes = (0..<24_000).map { _ in change() }
    let before = try Self.bytes(lab)
    let start = Date()
    var most = 0
    for (index, note) in notes.enumerated() {
      trail.add([note])
      let due = Double(index) / 400 + start.timeIntervalSinceNow
      if due > 0 { usleep(UInt32(due * 1_000_000)) }
      most = max(most, trail.condition.waiting)
    }
    while trail.condition.waiting > 0 { usleep(500) }
    let took = -start.timeIntervalSinceNow
    print("24,000 at 400 a second: \(took) s, at most \(most) waited")
    #expect(!trail.condition.isBehind)
    #expect(lab.holds(within: 60) { (try? Self.packs(lab)) ?? 99 <= 50 })
    print("  \((try Self.bytes(lab) - before) / 24_000) bytes each, \(try Self.packs(lab)) packs")
    let history = try Self.seconds { _ = try trail.history(of: TrailLab.id(count / 2)) }
    print("a machine's history: \(history) s")
    lab.change(1) { $0.hostname = "n" }
    let second = try Self.seconds {
      let next = try lab.start { $0 = TrailLimits() }
      #expect(lab.holds(within: 60) { next.isIdle })
    }
    print("a start that finds one change: \(second) s, of which 0.5 s waiting")
    #expect(
      try lab.git(["ls-tree", "-r", "--name-only", "main"]).split(separator: "\n").count == count)
  }
}

private let measuredRecords =
  ProcessInfo.processInfo.environment["COREOS_IPXE_SERVER_MEASURE_TRAIL"].flatMap { Int($0) } ?? 0

// BootServerTests/Crash: what a kill -9 leaves.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A server that is killed", .waits)
struct MachineCrashTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let wanted = environment["COREOS_IPXE_SERVER_TEST_KILLS"].flatMap { Int($0) }
  private static let seed =
    environment["COREOS_IPXE_SERVER_TEST_SEED"].flatMap { Int($0) } ?? Int.random(in: 1...999_999)

  /// Row 12, and the whole kind: 20 machines go round while the server dies at random moments.
  ///
  /// The seed makes the same lives and the same moments again; how they meet is the scheduler's affair.
  @Test func `loses nothing it acknowledged, holds nobody, and gives no slot twice`() throws {
    let storm = try CrashStorm()
    let machines = (0..<CrashStorm.machines).map { StormMachine(storm, $0, seed: Self.seed) }
    let check = StormCheck(storm: storm, machines: machines)
    let group = DispatchGroup()
    for machine in machines {
      group.enter()
      Foundation.Thread.detachNewThread {
        machine.run()
        group.leave()
      }
    }
    defer {
      storm.isDone.withLock { $0 = true }
      group.wait()
    }
    var chance = Chance(Self.seed)
    let start = Date()
    // Few where nobody asks for more, and then no longer than some seconds.
    let kills = Self.wanted ?? 40
    while storm.kills < kills, !storm.isOver {
      if Self.wanted == nil, Date().timeIntervalSince(start) > (testsAreStrict ? 18 : 2) { break }
      try kill(storm, &chance)
      check.look()
    }
    if !storm.isOver { try calm(storm, check) }
    report(storm, seconds: Date().timeIntervalSince(start))
  }

  /// The trail is tested elsewhere; without it more lives fit between two deaths.
  private func start(_ storm: CrashStorm) throws -> Program {
    try Program(
      Program.built("coreos-ipxe-server"),
      ["--data-dir", storm.directory.path, "--listen", "127.0.0.1:0"],
      environment: ["PATH": "/nonexistent"])
  }

  private func kill(_ storm: CrashStorm, _ chance: inout Chance) throws {
    let program = try start(storm)
    switch chance.below(10) {
    // Before it has looked at anything, and while it does.
    case 0: usleep(UInt32(chance.below(5000)))
    case 1: usleep(UInt32(5000 + chance.below(80_000)))
    case 2:
      // While it ends by itself.
      _ = program.hasPrinted("event=listening", within: 10)
      usleep(UInt32(20_000 + chance.below(100_000)))
      program.kill(SIGTERM)
      usleep(UInt32(chance.below(60_000)))
    case 3:
      // In peace: no journal is left, so that the next starts need not read ever longer ones.
      _ = program.hasPrinted("event=listening", within: 10)
      program.kill(SIGTERM)
      #expect(program.exitStatus(within: 10) == 0, "\(program.printed)")
    default:
      _ = program.hasPrinted("event=listening", within: 10)
      usleep(UInt32(20_000 + chance.below(230_000)))
    }
    if program.isRunning { storm.counts.withLock { $0.kills += 1 } }
    program.kill(SIGKILL)
    _ = program.exitStatus(within: 5)
    let lines = program.printed.split(separator: "\n")
    for line in lines where line.contains("level=error") || line.contains("Fatal error") {
      storm.violate("the server says: \(line)")
    }
  }

  /// A last server that nobody kills: everyone comes on.
  private func calm(_ storm: CrashStorm, _ check: StormCheck) throws {
    storm.isCalm.withLock { $0 = true }
    let program = try start(storm)
    let before = storm.counts.withLock { $0.lives }
    let end = Date().addingTimeInterval(CrashStorm.mostSeconds)
    for machine in check.machines {
      let lives = machine.lives
      while machine.lives == lives, Date() < end, !storm.isOver { usleep(5000) }
      if machine.lives == lives, !storm.isOver { machine.violateForEver() }
    }
    #expect(storm.counts.withLock { $0.lives } > before)
    program.kill(SIGTERM)
    #expect(program.exitStatus(within: 10) == 0, "\(program.printed)")
    check.look()
    let names = try FileManager.default.contentsOfDirectory(atPath: storm.directory.path + "/state")
    #expect(!names.contains { $0.hasPrefix("journal-") }, "\(names)")
  }

  private func report(_ storm: CrashStorm, seconds: Double) {
    let counts = storm.counts.withLock { $0 }
    print(
      "crash storm: seed \(Self.seed), \(counts.kills) kills in \(Int(seconds)) s, \(counts.lives)"
        + " lives, \(counts.contacts) first contacts, \(counts.interrupted) interrupted,"
        + " \(counts.refusals) put off")
    for reason in counts.reasons.sorted() { print("crash storm: put off by: \(reason)") }
    for violation in storm.violations.withLock({ $0 }).prefix(10) {
      Issue.record("seed \(Self.seed), \(violation)")
    }
    let least = testsAreStrict ? 20 : 0
    #expect(counts.lives > least && counts.contacts > least && counts.kills >= least / 4)
  }
}

// BootServerTests/Trail: what a crash left out, and what was too much at once.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("What is not in the trail at a start", .waits, .needs(.git))
struct TrailCatchUpTests {
  /// A trail with three machines, and with all that there is.
  private static func lab() throws -> TrailLab {
    let lab = try TrailLab()
    let trail = try lab.start()
    trail.add((1...3).map { lab.change($0) })
    #expect(lab.holds { lab.subjects.count == 4 })
    lab.end()
    return lab
  }

  @Test func `is found by its revision`() throws {
    let lab = try Self.lab()
    lab.change(1) { $0.state = .installed }
    // Not by its bytes: nobody has written this one since.
    lab.records.withLock { $0.machines[TrailLab.id(2)]?.hostname = "x" }
    lab.change(4)
    try lab.start()
    #expect(lab.holds { lab.subjects.count == 6 })
    #expect(
      Set(lab.subjects.prefix(2)) == [
        "S1: state unknown -> installed",
        "S4: machine created, profile - -> core, uuid - -> \(TrailLab.id(4)), serial - -> S4",
      ])
    let body = try lab.git(["log", "-1", "--format=%b"])
    #expect(body.hasPrefix("By: found at the start\nWhy: the server ended"))
    #expect(body.hasSuffix("\nBatch: 5\n\n") && lab.content(2)?.contains("\"x\"") == false)
  }

  @Test func `has the who and why that was noted, where no more is left`() throws {
    let lab = try Self.lab()
    // Of a batch that is in.
    let before = TrailNote(
      of: .record(TrailLab.id(3)), .elsewhere, subject: "x", who: "nobody", why: "", batch: 3)
    let notes = [
      before, lab.change(1, who: "10.0.0.9", why: "a boot") { $0.state = .installing },
      lab.change(2, who: "a") { $0.state = .installing },
      lab.change(2, who: "b", why: "else") { $0.state = .installed }, lab.remove(3, who: "c"),
    ].compactMap { $0 }
    let read = notes.compactMap { TrailNote(json: $0.json) }
    #expect(read.count == 5)
    try lab.start(replayed: read)
    // Of two changes of one record only the last content is there.
    #expect(lab.isLast("S2: state unknown -> installing; S2: state installing -> installed"))
    #expect(lab.subjects.count == 7 && lab.isComplete)
    #expect(lab.subjects[2] == "S3: machine removed")
    let bodies = try lab.git(["log", "-3", "--format=%b"])
    #expect(
      bodies.hasPrefix("By: a, b\nWhy: it says so; else\n")
        && bodies.contains("By: 10.0.0.9\nWhy: a boot\n") && bodies.contains("By: c\n"))
  }

  @Test func `becomes the commits that it would have become`() throws {
    let lab = try Self.lab()
    // As the store gives them back from its journal: with what the records were then.
    var notes = [
      lab.change(1, who: "a") { $0.state = .installing }, lab.change(4, who: "b"),
      lab.change(1, who: "c") { $0.state = .installed }, lab.change(5) { $0.profile = nil },
      lab.remove(4, who: "d"), lab.change(2, who: "e") { $0.hostname = "x" },
      lab.change(2, who: "f") { $0.hostname = nil },
    ].compactMap { $0 }
    // Edited by hand since, and removed by hand.
    lab.change(2) { $0.asset = "t" }
    notes.append(lab.change(3, who: "g") { $0.hostname = "y" })
    lab.remove(3)
    try lab.start(replayed: notes)
    #expect(lab.holds { lab.subjects.count == 13 } && lab.subjects.count == 13)
    let lines = try lab.git(["log", "--reverse", "--skip=0", "--format=%s|%b", "main"])
      .split(separator: "\n").filter { $0.contains("|By: ") }.dropFirst(4)
    #expect(
      lines.map { $0.replacing(#/machine created,[^|]*/#, with: "created") } == [
        "S1: state unknown -> installing|By: a", "S4: created|By: b",
        "S1: state installing -> installed|By: c", "S4: machine removed|By: d",
        "S2: hostname - -> x|By: e", "S2: hostname x -> -|By: f", "S3: hostname - -> y|By: g",
        "S2: asset - -> t|By: found at the start",
        "\(TrailLab.id(3)): removed|By: found at the start",
      ])
    #expect(lab.isComplete)
    let count = lab.subjects.count
    let next = try lab.start(replayed: notes)
    #expect(lab.isQuiet(next) && lab.subjects.count == count)
  }

  @Test func `is what is gone, unless it cannot be read`() throws {
    let lab = try Self.lab()
    lab.remove(1)
    lab.remove(2)
    lab.records.withLock { _ = $0.damaged.insert(TrailLab.id(2)) }
    try lab.start()
    #expect(lab.isLast("\(TrailLab.id(1)): removed"))
    #expect(lab.files == [2, 3].map { TrailPath.record(TrailLab.id($0)) })
  }

  @Test func `is nothing where the last commit has the last batch`() throws {
    let lab = try Self.lab()
    lab.records.withLock { $0.machines[TrailLab.id(1)]?.serial = "other" }
    let trail = try lab.start()
    #expect(lab.isQuiet(trail) && lab.subjects.count == 4)
  }

  @Test func `is not a change that no commit would have been made of`() throws {
    let lab = try Self.lab()
    lab.change(1) { $0.others = [.init("rack", .number("3"))] }
    let trail = try lab.start()
    #expect(lab.isQuiet(trail) && lab.subjects.count == 4)
  }

  @Test(arguments: [nil, 99]) func `is found by its bytes where no number helps`(
    batch: Int?
  ) throws {
    let lab = try Self.lab()
    // The version before wrote last, or the records are older than the trail.
    let text = "x\n\nBy: x\nWhy: y\n" + (batch.map { "Batch: \($0)\n" } ?? "")
    let commit = try lab.git(["commit-tree", "main^{tree}", "-p", "main", "-m", text])
    try lab.git(["update-ref", "refs/heads/main", commit.trimmingCharacters(in: .newlines)])
    lab.records.withLock { records in
      records.machines[TrailLab.id(2)]?.state = .installed
      records.machines[TrailLab.id(3)]?.others = [.init("x", .bool(true))]
      records.machines[TrailLab.id(4)] = TrailLab.machine(4)
      records.machines[TrailLab.id(5)] = TrailLab.machine(5)
      records.machines[TrailLab.id(5)]?.profile = nil
      records.clusters = Array("{}\n".utf8)
    }
    try lab.start()
    #expect(lab.holds { lab.subjects.count == 9 })
    #expect(
      Set(lab.subjects.prefix(3)) == [
        "S2: state unknown -> installed", "S3: record rewritten",
        "S4: machine created, profile - -> core, uuid - -> \(TrailLab.id(4)), serial - -> S4",
      ] && lab.subjects[3] == "clusters.json: changed")
    #expect(lab.files.count == 5)
    let trail = try lab.start()
    #expect(lab.isQuiet(trail) && lab.subjects.count == 9)
  }

  @Test func `is one commit where it is much, but for what was noted`() throws {
    let lab = try Self.lab()
    for number in 10..<70 { lab.change(number) }
    let note = lab.change(2, who: "w") { $0.state = .installed }
    try lab.start(replayed: [note])
    #expect(lab.isLast("60 records as they were found") && lab.isComplete)
    #expect(lab.subjects.count == 6 && lab.subjects[1] == "S2: state unknown -> installed")
    #expect(try lab.git(["log", "-1", "--format=%b"]).hasSuffix("\nBatch: 64\n\n"))
  }

  @Test func `comes before what is changed meanwhile`() throws {
    let lab = try Self.lab()
    lab.change(1, who: "lost") { $0.state = .installing }
    let trail = try lab.start { $0.startMilliseconds = 300 }
    trail.add([lab.change(1, who: "noted") { $0.state = .installed }])
    #expect(lab.isLast("S1: state installing -> installed"))
    #expect(lab.subjects[1] == "S1: state unknown -> installing" && lab.subjects.count == 6)
    #expect(try trail.history(of: TrailLab.id(1)).map(\.who).first == "noted")
  }

  /// Killed in the middle of what it tells git, of a file or between two commits.
  @Test(arguments: ["head -c 3000", "awk '/^commit /{n++} n>5{exit} {print}'"])
  func `is the whole of a batch that was cut off`(cut: String) throws {
    let lab = try Self.lab()
    let script = try lab.script(
      """
      case "$*" in
        *fast-import*) \(cut) | git "$@"; exit 137;;
        *) exec git "$@";;
      esac
      """)
    let trail = try lab.start { $0.program = script }
    trail.add((1...9).map { number in lab.change(number) { $0.state = .installing } })
    #expect(lab.holds { trail.condition.problem != nil })
    lab.end()
    #expect(lab.subjects.count == 4)
    let next = try lab.start()
    #expect(lab.isQuiet(next) && lab.subjects.count == 13 && lab.isComplete)
  }

  @Test func `is left out no longer once there was room`() throws {
    let lab = try Self.lab()
    let script = try lab.script("exit 1")
    let trail = try lab.start {
      $0.program = script
      $0.notes = 10
    }
    for number in 1...40 {
      trail.add([lab.change(number) { $0.hostname = "n\(number)" }])
    }
    let removed = lab.remove(3)
    trail.add([removed].compactMap { $0 })
    #expect(trail.condition.isBehind && lab.holds { trail.condition.problem != nil })
    // Records as they were long ago are not kept for ever.
    #expect(trail.state.withLock { $0.place?.start == nil })
    _ = try lab.script("exec git \"$@\"")
    #expect(lab.isQuiet(trail) && lab.isComplete)
    // What had waited has its words; and what comes later comes as ever.
    #expect(lab.subjects.contains("S1: hostname - -> n1"))
    trail.add([lab.change(2, who: "later") { $0.hostname = "z" }])
    #expect(lab.isLast("S2: hostname n2 -> z") && lab.isComplete)
    let next = try lab.start()
    let count = lab.subjects.count
    #expect(lab.isQuiet(next) && lab.subjects.count == count)
  }

  @Test func `is found while running, too, when more came than could wait`() throws {
    let lab = try Self.lab()
    let trail = try lab.start { $0.notes = 10 }
    #expect(lab.isQuiet(trail))
    let slow = try lab.script("sleep 0.5; exec git \"$@\"")
    let other = try lab.start {
      $0.program = slow
      $0.notes = 10
    }
    #expect(lab.holds { other.isIdle })
    for number in 1...80 {
      other.add([lab.change(number) { $0.hostname = "n\(number)" }])
      if number == 30 { usleep(300_000) }
    }
    #expect(other.condition.isBehind && other.condition.problem == nil)
    #expect(lab.isQuiet(other) && lab.isComplete)
    #expect(lab.subjects.contains { $0.hasSuffix("records as they were found") })
    #expect(try lab.git(["log", "-1", "--format=%b"]).hasSuffix("\nBatch: 83\n\n"))
    #expect(try lab.git(["log", "--format=%b"]).contains("By: found later\nWhy: more changed"))
  }

  @Test func `is found when the directory is another one`() throws {
    let lab = try Self.lab()
    let trail = try lab.start()
    #expect(lab.isQuiet(trail))
    // Moved away, and an empty one put in its place.
    try FileManager.default.moveItem(atPath: lab.path, toPath: lab.path + "-away")
    defer { try? FileManager.default.removeItem(atPath: lab.path + "-away") }
    try FileManager.default.createDirectory(atPath: lab.path, withIntermediateDirectories: true)
    lab.open(trail)
    #expect(lab.isQuiet(trail) && lab.isComplete && lab.subjects.last == "trail begun")
    trail.add([lab.change(2) { $0.hostname = "z" }])
    #expect(lab.isLast("S2: hostname - -> z"))
  }
}

// BootServerTests/Trail: a trail that the version before has begun.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A trail of the version before", .needs(.git))
struct TrailLayoutTests {
  /// As commit d5e41b1 leaves one behind, of machines 1 and 2.
  private static func lab(_ numbers: [Int] = [1, 2]) throws -> TrailLab {
    let lab = try TrailLab()
    try lab.git(["init", "-q"])
    try lab.git(["symbolic-ref", "HEAD", "refs/heads/main"])
    try lab.directory.write(
      ".gitignore", "/*\n!/.gitignore\n!/clusters.json\n!/machines/\n/machines/.*\n")
    try lab.git(["add", ".gitignore"])
    try lab.git(["commit", "-qm", "trail begun\n\nBy: coreos-ipxe-server\nWhy: none"])
    for number in numbers {
      try write(number, lab)
      try lab.git(["add", "machines"])
      try lab.git(["commit", "-qm", "S\(number): machine created\n\nBy: 10.0.0.\(number)\nWhy: x"])
    }
    return lab
  }

  private static func write(_ number: Int, _ lab: TrailLab) throws {
    let machine = TrailLab.machine(number)
    try lab.directory.write("machines/\(machine.id).json", machine.fileText)
    lab.records.withLock { $0.machines[machine.id] = machine }
  }

  @Test func `is carried on, in small folders`() throws {
    let lab = try Self.lab()
    let trail = try lab.start()
    #expect(lab.isLast("records moved to machines/XX/ID.json") && lab.isComplete)
    trail.add([lab.change(1, who: "later") { $0.hostname = "n" }])
    #expect(lab.isLast("S1: hostname - -> n") && lab.subjects.count == 5 && lab.isComplete)
    // Both names, and not the move.
    let entries = try trail.history(of: TrailLab.id(1))
    #expect(entries.map(\.who) == ["later", "10.0.0.1"])
    #expect(entries.map(\.subject) == ["S1: hostname - -> n", "S1: machine created"])
    // It is no work tree any more.
    #expect(throws: ClientError.self) { try lab.git(["reset", "--hard"]) }
    for name in [".git/index", ".gitignore"] {
      #expect(!FileManager.default.fileExists(atPath: lab.path + "/" + name))
    }
    #expect(try lab.git(["fsck", "--strict", "--no-dangling"]) == "")
  }

  @Test func `moves with what a crash left out of it`() throws {
    let lab = try Self.lab()
    lab.records.withLock { records in
      records.batch = 7
      records.machines[TrailLab.id(1)]?.state = .installed
      records.machines[TrailLab.id(2)] = nil
    }
    try lab.start()
    #expect(lab.isLast("\(TrailLab.id(2)): removed") && lab.isComplete)
    #expect(lab.subjects[1] == "S1: state unknown -> installed" && lab.subjects.count == 6)
    #expect(try lab.git(["log", "-1", "--format=%b"]).hasSuffix("\nBatch: 7\n\n"))
  }

  @Test func `keeps what an operator put into it`() throws {
    let lab = try Self.lab()
    try lab.directory.write("machines/notes \"1\".txt", "his")
    try lab.directory.write("README", "his")
    try lab.git(["add", "-f", "machines", "README"])
    try lab.git(["commit", "-qm", "his"])
    let trail = try lab.start()
    #expect(lab.isQuiet(trail) && lab.files.count == 4)
    #expect(try lab.git(["show", "main:machines/notes \"1\".txt"]) == "his")
    #expect(try lab.git(["show", "main:README"]) == "his")
  }

  @Test func `is moved again after it was used again`() throws {
    let lab = try Self.lab()
    let trail = try lab.start()
    #expect(lab.isQuiet(trail))
    trail.add([lab.change(1) { $0.hostname = "ours" }])
    #expect(lab.isLast("S1: hostname - -> ours"))
    lab.end()
    // It knows no folders: to it all records are new.
    lab.records.withLock { $0.machines[TrailLab.id(1)]?.hostname = "theirs" }
    let text = try #require(lab.records.withLock { $0.machines[TrailLab.id(1)]?.fileText })
    try lab.directory.write("machines/\(TrailLab.id(1)).json", text)
    let git = ["--git-dir=\(lab.path)/.git", "--work-tree=\(lab.path)"]
    try lab.git(git + ["read-tree", "HEAD"])
    #expect(try lab.git(git + ["status", "--porcelain"]).contains("?? machines/\(TrailLab.id(1))"))
    try lab.git(
      git + ["add", "machines/\(TrailLab.id(1)).json", "machines/\(TrailLab.id(2)).json"])
    let commit = ["-c", "core.bare=false", "commit", "-qm", "theirs\n\nBy: old\nWhy: y"]
    try lab.git(git + commit)
    let next = try lab.start()
    #expect(lab.isQuiet(next) && lab.isComplete && lab.subjects[1] == "theirs")
    #expect(try next.history(of: TrailLab.id(1)).map(\.who).first == "old")
  }

  @Test func `was killed before its first commit`() throws {
    let lab = try TrailLab()
    try lab.git(["init", "-q"])
    try lab.git(["symbolic-ref", "HEAD", "refs/heads/main"])
    try lab.directory.write(".gitignore", "/*\n")
    lab.change(1)
    let trail = try lab.start()
    #expect(lab.isQuiet(trail) && lab.isComplete && lab.subjects.last == "trail begun")
    trail.add([lab.change(1) { $0.hostname = "n" }])
    #expect(lab.isLast("S1: hostname - -> n"))
    #expect(lab.count(inLog: "event=") == 0, "\(lab.text)")
  }
}

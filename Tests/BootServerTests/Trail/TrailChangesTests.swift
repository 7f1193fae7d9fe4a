// BootServerTests/Trail: changes become commits.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A change in the trail", .waits, .needs(.git))
struct TrailChangesTests {
  @Test func `is a commit with who, why and batch, in a small folder`() throws {
    let lab = try TrailLab()
    let trail = try lab.start()
    trail.add([lab.change(0x1a, who: "10.0.0.1", why: "a boot")])
    trail.add([lab.change(0x1a, who: "uid:0") { $0.state = .installed }])
    #expect(lab.isLast("S26: state unknown -> installed"))
    #expect(lab.subjects.count == 3 && lab.subjects[2] == "trail begun")
    #expect(
      try lab.git(["log", "-1", "--format=%b"]) == "By: uid:0\nWhy: it says so\nBatch: 2\n\n")
    #expect(lab.files == ["machines/1a/4c4c4544-0031-3010-8034-00000000001a.json"])
    #expect(lab.content(0x1a) == lab.records.withLock { $0.machines[TrailLab.id(0x1a)]?.fileText })
    let entries = try trail.history(of: TrailLab.id(0x1a))
    #expect(entries.map(\.who) == ["uid:0", "10.0.0.1"] && entries[1].why == "a boot")
    #expect(
      entries[0].subject == "S26: state unknown -> installed" && entries[0].commit.count == 40)
    #expect(entries[0].time.hasPrefix("20") && entries[0].time.hasSuffix("Z"))
    #expect(try trail.history(of: TrailLab.id(2)).isEmpty)
  }

  @Test func `touches nothing in the directory, nor does a person's command`() throws {
    let lab = try TrailLab()
    let file = "machines/\(TrailLab.id(1)).json"
    try lab.directory.write(file, "as it is")
    let trail = try lab.start()
    trail.add([lab.change(1)])
    #expect(lab.holds { lab.subjects.count == 2 })
    for command in [
      ["reset", "--hard"], ["checkout", "-f", "main"], ["clean", "-fdx"], ["status"],
    ] {
      #expect(throws: ClientError.self) { try lab.git(command) }
    }
    #expect(try lab.directory.read(file) == Data("as it is".utf8))
    let names = try FileManager.default.contentsOfDirectory(atPath: lab.path)
    #expect(Set(names) == [".git", "machines"])
    #expect(!FileManager.default.fileExists(atPath: lab.path + "/.git/index"))
  }

  @Test func `of a cluster is one of its file`() throws {
    let lab = try TrailLab()
    let trail = try lab.start()
    trail.add([TrailNote(cluster: "k1", Array("{}\n".utf8), who: "10.0.0.1", batch: 1)])
    #expect(lab.isLast("cluster k1: discovery token made") && lab.files == ["clusters.json"])
  }

  @Test func `of a machine without a profile is none, until it has one`() throws {
    let lab = try TrailLab()
    let trail = try lab.start()
    trail.add([lab.change(1) { $0.profile = nil }])
    trail.add([lab.change(1) { $0.serial = "x" }])
    trail.add([lab.change(2) { $0.profile = nil }])
    trail.add([lab.remove(2)].compactMap { $0 })
    trail.add([lab.change(3)])
    #expect(lab.holds { lab.subjects.count == 2 } && lab.isQuiet(trail))
    #expect(lab.files == [TrailPath.record(TrailLab.id(3))])
    trail.add([lab.change(1) { $0.profile = "core" }])
    // From then on it is in, with or without, and its removal is noted.
    trail.add([lab.change(1) { $0.profile = nil }])
    trail.add([lab.change(1) { $0.hostname = "n" }])
    #expect(lab.isLast("x: hostname - -> n"))
    trail.add([lab.remove(1)].compactMap { $0 })
    #expect(lab.isLast("x: machine removed") && lab.isQuiet(trail))
    #expect(lab.subjects.count == 6 && lab.isComplete)
  }

  @Test func `is in the trail once, also when it is made and removed at once`() throws {
    let lab = try TrailLab()
    let notes = [lab.change(1), lab.remove(1), lab.change(1), lab.remove(1)].compactMap { $0 }
    lab.records.withLock { $0.batch = 0 }
    let trail = try lab.start()
    trail.add(notes)
    #expect(lab.holds { lab.subjects.count == 5 } && lab.isQuiet(trail))
    #expect(lab.subjects.count == 5 && lab.files.isEmpty)
  }

  @Test func `cannot forge a line of another's commit`() throws {
    let lab = try TrailLab()
    let trail = try lab.start()
    let evil = "x\u{1b}[2J\nBatch: 99\nBy: root\u{1f}\u{1e}"
    trail.add([
      TrailNote(
        of: .record(TrailLab.id(1)), .written([0x7b]), subject: evil, who: evil, why: evil,
        seconds: 1 << 60, batch: 1),
      TrailNote(
        of: .record(TrailLab.id(1)), .written([0x7d]), subject: "then", who: "b", why: "c",
        seconds: -5, batch: 2),
    ])
    #expect(lab.isLast("then"))
    let body = try lab.git(["log", "-1", "--skip=1", "--format=%B%ct"])
    let line = "x?[2J?Batch: 99?By: root??"
    #expect(body == "\(line)\n\nBy: \(line)\nWhy: \(line)\nBatch: 1\n17179869183\n")
    let entries = try trail.history(of: TrailLab.id(1))
    #expect(entries.map(\.who) == ["b", line] && entries[0].time == "1970-01-01T00:00:00Z")
    #expect(entries[1].time == "2514-05-30T01:53:03Z")
    #expect(try lab.git(["fsck", "--strict"]) == "")
  }

  @Test func `is flushed by git, with the branch that names it`() throws {
    let lab = try TrailLab()
    let script = try lab.script("echo \"$@\" >> '\(lab.path)/asked'\nexec git \"$@\"")
    let trail = try lab.start { $0.program = script }
    trail.add([lab.change(1)])
    #expect(lab.holds { lab.subjects.count == 2 })
    let asked = String(decoding: try lab.directory.read("asked"), as: UTF8.self)
    let imports = asked.split(separator: "\n").filter { $0.contains("fast-import") }
    #expect(imports.count == 2)
    for line in imports {
      #expect(line.contains("core.fsync=objects,derived-metadata,reference"))
      #expect(line.contains("core.fsyncMethod=batch") && line.contains(" --done "))
    }
  }

  @Test func `goes with others that came meanwhile`() throws {
    let lab = try TrailLab()
    let trail = try lab.start { $0.paceMilliseconds = 300 }
    trail.add([lab.change(1)])
    #expect(lab.holds { lab.subjects.count == 2 })
    for number in 2...40 {
      trail.add([lab.change(number)])
      usleep(15000)
    }
    #expect(lab.holds { lab.subjects.count == 41 } && lab.isComplete)
    let packs = try FileManager.default.contentsOfDirectory(atPath: lab.path + "/.git/objects/pack")
    #expect(packs.count { $0.hasSuffix(".pack") } <= 8)
  }

  /// Git before 2.32 knows no such way to put them together.
  @Test(arguments: ["", "*--geometric*) exit 129;;"])
  func `leaves few packs`(refusal: String) throws {
    let lab = try TrailLab()
    let script = try lab.script("case \"$*\" in \(refusal) *) exec git \"$@\";; esac")
    let trail = try lab.start { ($0.program, $0.packs) = (script, 5) }
    for number in 1...24 {
      trail.add([lab.change(number)])
      #expect(lab.holds { lab.subjects.count == number + 1 })
    }
    let folder = lab.path + "/.git/objects/pack"
    #expect(
      lab.holds {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
          .count { $0.hasSuffix(".pack") } <= 7
      })
    #expect(lab.isComplete && lab.subjects.count == 25)
    #expect(try trail.history(of: TrailLab.id(7)).count == 1)
    // Git may still be at it: a pack that goes meanwhile is an error to its fsck, and so is what a git leaves
    // that is ended in the middle of it.
    #expect(lab.holds { (try? lab.git(["fsck", "--strict"])) == "" })
  }
}

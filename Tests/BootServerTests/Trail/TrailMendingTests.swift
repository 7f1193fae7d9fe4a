// BootServerTests/Trail: repositories that a crash or a person has broken.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A broken repository", .waits, .needs(.git))
struct TrailMendingTests {
  /// A trail with three machines in a commit each, in a pack each.
  private static func lab() throws -> TrailLab {
    let lab = try TrailLab()
    let trail = try lab.start()
    for number in 1...3 {
      trail.add([lab.change(number)])
      #expect(lab.holds { lab.subjects.count == number + 1 })
    }
    lab.end()
    return lab
  }

  private static func shell(_ text: String, _ lab: TrailLab) throws {
    let ended = try Program.run("/bin/sh", ["-ec", text], directory: lab.path)
    #expect(ended.status == 0, "\(ended.output)")
  }

  private static let last = "$(ls -t objects/pack/*.pack | head -1)"

  /// - Parameter names: of what is broken.
  @Test(arguments: [
    ": > refs/heads/main", "echo garbage > refs/heads/main", "printf '\\0\\0\\0' > refs/heads/main",
    "echo 0123456789012345678901234567890123456789 > refs/heads/main", "rm refs/heads/main",
    "rm -r refs", "rm HEAD", ": > HEAD", "echo x > HEAD", "cp refs/heads/main HEAD",
    "echo 'ref: refs/heads/other' > HEAD", "echo '[[[' > config", ": > config", "rm config",
    "git config core.repositoryFormatVersion 9", "git pack-refs --all; : > refs/heads/main",
  ])
  func `goes on with all its commits`(harm: String) throws {
    let lab = try Self.lab()
    try Self.shell("cd .git; \(harm)", lab)
    let trail = try lab.start()
    trail.add([lab.change(1) { $0.hostname = "n" }])
    #expect(lab.isLast("S1: hostname - -> n"), "\(lab.text)")
    #expect(lab.subjects.count == 5 && lab.isComplete)
    #expect(try trail.history(of: TrailLab.id(1)).count == 2)
    #expect(try lab.git(["symbolic-ref", "HEAD"]) == "refs/heads/main\n")
    let isRef = harm.contains("refs/heads/main") && !harm.hasPrefix("cp")
    #expect(lab.count(inLog: "event=trail-mended") == (isRef || harm == "rm -r refs" ? 1 : 0))
    #expect(lab.count(inLog: "event=") <= 1 && lab.count(inLog: "broken") == 0, "\(lab.text)")
  }

  @Test func `goes on from the last commit that is whole, and catches up`() throws {
    let lab = try Self.lab()
    let head = try lab.git(["rev-parse", "main~1"])
    // The pack of the last commit is lost, its name is not.
    let pack = try lab.git(["rev-parse", "main"])
    try Self.shell(
      """
      cd .git; for idx in objects/pack/*.idx; do
        if git show-index < $idx | grep -q \(pack.trimmingCharacters(in: .newlines)); then
          rm -f ${idx%.idx}.*
        fi
      done
      """, lab)
    let trail = try lab.start()
    #expect(lab.isQuiet(trail) && lab.isComplete && lab.subjects.count == 4)
    #expect(try lab.git(["rev-parse", "main~1"]) == head)
    #expect(lab.count(inLog: "event=trail-mended") == 1 && lab.count(inLog: "event=") == 1)
  }

  @Test(arguments: [
    "rm -f objects/pack/*", "for f in objects/pack/*.pack; do chmod 600 $f; : > $f; done",
    "rm -r objects; : > objects", "rm -r ../.git; echo x > ../.git",
  ])
  func `is set aside, and all is noted anew`(harm: String) throws {
    let lab = try Self.lab()
    try Self.shell("cd .git; \(harm)", lab)
    let trail = try lab.start()
    trail.add([lab.change(1) { $0.hostname = "n" }])
    #expect(lab.isLast("S1: hostname - -> n"), "\(lab.text)")
    #expect(lab.isComplete && lab.subjects.last == "trail begun")
    #expect(FileManager.default.fileExists(atPath: lab.path + "/.git.broken-1"))
    #expect(
      lab.count(inLog: "event=trail-broken") == 1 && lab.text.contains("kept=.git.broken-1")
        && lab.count(inLog: "event=") == 1, "\(lab.text)")
    #expect(
      try lab.git(["log", "--format=%b"]).contains("Why: what was here before is in .git.bro"))
  }

  @Test func `is set aside beside the ones before`() throws {
    let lab = try Self.lab()
    for number in 1...2 {
      try Self.shell("rm -f .git/objects/pack/*", lab)
      let trail = try lab.start()
      #expect(lab.isQuiet(trail) && lab.isComplete)
      #expect(FileManager.default.fileExists(atPath: lab.path + "/.git.broken-\(number)"))
      lab.end()
    }
  }

  @Test(arguments: ["mkdir .git", "mkdir -p .git/objects .git/refs", "git init -q; rm .git/HEAD"])
  func `that was only half made is made`(made: String) throws {
    let lab = try TrailLab()
    try Self.shell(made, lab)
    lab.change(1)
    let trail = try lab.start()
    #expect(lab.isQuiet(trail) && lab.isComplete && lab.subjects.count == 2)
    #expect(lab.count(inLog: "event=") == 0, "\(lab.text)")
  }

  @Test func `is noticed when a file's content is missing`() throws {
    let lab = try Self.lab()
    try Self.remove("main:\(TrailPath.record(TrailLab.id(1)))", lab)
    let trail = try lab.start()
    #expect(lab.isQuiet(trail) && lab.isComplete && lab.count(inLog: "event=trail-broken") == 1)
  }

  @Test func `is noticed by whoever asks for what is missing`() throws {
    let lab = try Self.lab()
    try Self.remove("main~2^{tree}", lab)
    let trail = try lab.start()
    // Its last commit is whole: nothing is amiss until then.
    #expect(lab.isQuiet(trail) && lab.text.isEmpty)
    #expect(throws: GitFailure.self) { try trail.history(of: TrailLab.id(1)) }
    #expect(lab.holds { lab.count(inLog: "event=trail-broken") == 1 })
    #expect(lab.isQuiet(trail) && lab.isComplete)
    #expect(try trail.history(of: TrailLab.id(1)).count == 1)
  }

  /// Takes one object out of the repository.
  private static func remove(_ object: String, _ lab: TrailLab) throws {
    let name = try lab.git(["rev-parse", object]).trimmingCharacters(in: .newlines)
    try shell(
      """
      cd .git; mkdir old; mv objects/pack/* old
      for pack in old/*.pack; do git unpack-objects -q < $pack; done
      rm -f objects/\(name.prefix(2))/\(name.dropFirst(2))
      """, lab)
  }

  @Test func `is swept of what crashes leave`() throws {
    let lab = try Self.lab()
    let left = [
      "index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "refs/heads/main.lock",
      "fast_import_crash_17", "gc.pid", "objects/pack/tmp_pack_abc", "objects/pack/tmp_idx_abc",
      "objects/pack/.tmp-17-pack-abc.pack", "objects/ab/tmp_obj_x",
      "objects/info/commit-graph.lock",
    ]
    for name in left { try lab.directory.write(".git/\(name)", "x") }
    try lab.directory.write(".git/objects/pack/pack-a.keep", "fast-import")
    try lab.directory.write(".git/objects/pack/pack-b.keep", "mine")
    let trail = try lab.start()
    trail.add([lab.change(1) { $0.hostname = "n" }])
    // Git has its own locks for a moment after the commit can be seen.
    #expect(lab.isLast("S1: hostname - -> n") && lab.isQuiet(trail) && lab.text.isEmpty)
    for name in left + ["objects/pack/pack-a.keep"] {
      #expect(!FileManager.default.fileExists(atPath: "\(lab.path)/.git/\(name)"), "\(name)")
    }
    #expect(FileManager.default.fileExists(atPath: lab.path + "/.git/objects/pack/pack-b.keep"))
  }

  @Test func `is swept again before each retry`() throws {
    let lab = try Self.lab()
    let trail = try lab.start { $0.pauseMilliseconds = 100 }
    #expect(lab.isQuiet(trail))
    try lab.directory.write(".git/refs/heads/main.lock", "x")
    trail.add([lab.change(1) { $0.hostname = "n" }])
    #expect(lab.isLast("S1: hostname - -> n"))
    #expect(lab.isQuiet(trail) && lab.subjects.count == 5)
    #expect(lab.count(inLog: "event=no-trail") == 1 && lab.count(inLog: "event=trail-again") == 1)
    let names = try FileManager.default.contentsOfDirectory(atPath: lab.path + "/.git")
    #expect(!names.contains { $0.hasPrefix("fast_import_crash_") })
  }
}

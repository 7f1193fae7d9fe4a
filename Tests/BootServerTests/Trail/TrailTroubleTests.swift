// BootServerTests/Trail: git that is missing, slow or has no room.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("The trail in trouble", .waits, .needs(.git))
struct TrailTroubleTests {
  private static func isRunning(_ mark: String) -> Bool {
    (try? Program.run("/usr/bin/pgrep", ["-f", mark]).status) == 0
  }

  @Test func `loses nothing while git is missing, and says so once`() throws {
    let lab = try TrailLab()
    let trail = try lab.start { $0.program = "\(lab.path)-git" }
    for number in 1...5 { trail.add([lab.change(number, who: "w\(number)")]) }
    #expect(lab.holds { trail.condition.problem != nil })
    #expect(throws: GitFailure.self) { try trail.history(of: TrailLab.id(1)) }
    usleep(300_000)
    #expect(trail.condition.waiting == 5 && lab.count(inLog: "event=") == 1)
    #expect(lab.text.contains("event=no-trail error=\"git is not installed (Debian package git)\""))
    _ = try lab.script("exec git \"$@\"")
    #expect(lab.isQuiet(trail) && lab.isComplete && lab.subjects.count == 6)
    #expect(try trail.history(of: TrailLab.id(3)).map(\.who) == ["w3"])
    #expect(trail.condition.problem == nil && lab.count(inLog: "event=trail-again") == 1)
  }

  @Test func `tries again after pauses that grow`() throws {
    let lab = try TrailLab()
    let script = try lab.script("echo >> '\(lab.path)-tries'; exit 1")
    defer { try? FileManager.default.removeItem(atPath: "\(lab.path)-tries") }
    let trail = try lab.start { ($0.program, $0.pauseMilliseconds) = (script, 50) }
    trail.add([lab.change(1)])
    usleep(1_000_000)
    // After 0, 50, 150, 350, 750 ms; three gits a try at most.
    let tries = try Data(contentsOf: URL(fileURLWithPath: "\(lab.path)-tries")).count
    #expect(tries >= 2 && tries <= 15, "\(tries)")
  }

  @Test(.needs(.git, root: true)) func `waits for room on a full disk`() throws {
    let disk = try TemporaryDirectory()
    #expect(mount("tmpfs", disk.path, "tmpfs", 0, "size=1m") == 0)
    defer { umount2(disk.path, Int32(MNT_DETACH)) }
    let lab = try TrailLab(disk)
    let trail = try lab.start()
    trail.add([lab.change(1)])
    #expect(lab.holds { lab.subjects.count == 2 })
    #expect(throws: (any Error).self) {
      try disk.write("big", Data(repeating: 1, count: 2 << 20))
    }
    for number in 2...30 { trail.add([lab.change(number)]) }
    #expect(
      lab.holds { trail.condition.problem?.contains("Out of diskspace") == true },
      "\(trail.condition) \(lab.text)")
    usleep(400_000)
    #expect(lab.count(inLog: "event=") == 1 && trail.condition.waiting == 29, "\(lab.text)")
    try FileManager.default.removeItem(atPath: disk.path + "/big")
    #expect(lab.isQuiet(trail) && lab.isComplete && lab.subjects.count == 31)
    let names = try FileManager.default.contentsOfDirectory(atPath: lab.path)
    #expect(!names.contains { $0.contains("broken") })
    let packs = try FileManager.default.contentsOfDirectory(atPath: lab.path + "/.git/objects/pack")
    #expect(!packs.contains { $0.hasPrefix("tmp_") })
    lab.end()
  }

  @Test func `ends a git that hangs, with all that it has begun`() throws {
    let lab = try TrailLab()
    let sleep = "sleep 987.\(getpid())"
    let script = try lab.script(
      "case \"$*\" in *fast-import*) \(sleep) & \(sleep);; *) exec git \"$@\";; esac")
    let trail = try lab.start { ($0.program, $0.seconds) = (script, 3) }
    trail.add([lab.change(1)])
    #expect(lab.holds { trail.condition.problem != nil })
    #expect(
      trail.condition.problem?.hasPrefix("git fast-import: \(script) did not end within 3 s")
        == true, "\(trail.condition)")
    _ = try lab.script("exec git \"$@\"")
    #expect(lab.isQuiet(trail) && lab.isComplete)
    #expect(lab.holds { !Self.isRunning(sleep) })
    #expect(lab.count(inLog: "event=no-trail") == 1 && lab.count(inLog: "broken") == 0)
  }

  @Test func `ends a git that says more than it should`() throws {
    let lab = try TrailLab()
    let script = try lab.script(
      "case \"$*\" in *' log --max-count'*) exec yes;; *) exec git \"$@\";; esac")
    let trail = try lab.start { $0.program = script }
    trail.add([lab.change(1)])
    #expect(lab.isQuiet(trail))
    let failure = #expect(throws: GitFailure.self) { try trail.history(of: TrailLab.id(1)) }
    #expect(failure?.description.contains("said more than 64 MB") == true)
  }

  @Test func `is set aside for what is in it, and not because git fails`() throws {
    let lab = try TrailLab()
    let trail = try lab.start { $0.pauseMilliseconds = 1 }
    trail.add([lab.change(1)])
    #expect(lab.holds { lab.subjects.count == 2 })
    lab.end()
    let script = try lab.script(
      """
      case "$*" in
        *fast-import*) echo 'fatal: no reason' >&2; exit 128;;
        *) exec git "$@";;
      esac
      """)
    let next = try lab.start { ($0.program, $0.pauseMilliseconds) = (script, 1) }
    next.add([lab.change(2)])
    #expect(lab.holds { next.condition.problem != nil })
    usleep(600_000)
    #expect(next.condition.problem == "git fast-import: fatal: no reason")
    #expect(lab.count(inLog: "event=") == 1 && lab.subjects.count == 2)
    _ = try lab.script("exec git \"$@\"")
    #expect(lab.isQuiet(next) && lab.isComplete && lab.subjects.count == 3)
  }

  @Test func `is not set aside because it may not be read`() throws {
    let lab = try TrailLab()
    let trail = try lab.start()
    trail.add([lab.change(1)])
    #expect(lab.holds { lab.subjects.count == 2 })
    lab.end()
    let head = try lab.directory.read(".git/refs/heads/main")
    try lab.directory.write(".git/refs/heads/main", "")
    let script = try lab.script(
      """
      case "$*" in
        *' fsck '*) echo 'error: open(pack): Permission denied' >&2; exit 1;;
        *) exec git "$@";;
      esac
      """)
    let next = try lab.start { $0.program = script }
    #expect(lab.holds { next.condition.problem?.contains("Permission denied") == true })
    usleep(300_000)
    #expect(lab.count(inLog: "event=") == 1 && lab.count(inLog: "broken") == 0)
    try lab.directory.write(".git/refs/heads/main", head)
    #expect(lab.isQuiet(next) && lab.isComplete && lab.subjects.count == 2)
  }

  @Test func `makes each commit once, also when git fails after it is made`() throws {
    let lab = try TrailLab()
    let script = try lab.script(
      "case \"$*\" in *fast-import*) git \"$@\"; exit 1;; *) exec git \"$@\";; esac")
    let trail = try lab.start { $0.program = script }
    for number in 1...3 {
      trail.add([lab.change(number), lab.change(number) { $0.hostname = "n" }])
    }
    #expect(lab.isQuiet(trail) && lab.isComplete && lab.subjects.count == 7)
    #expect(trail.condition.problem == nil && lab.text.isEmpty)
  }

  @Test func `lets a stop wait for what is to be written`() throws {
    let lab = try TrailLab()
    let trail = try lab.start { ($0.startMilliseconds, $0.paceMilliseconds) = (60_000, 60_000) }
    trail.add([lab.change(1)])
    trail.stop()
    #expect(lab.subjects.count == 2 && lab.isComplete)
  }

  @Test func `lets a stop wait no longer than some seconds`() throws {
    let lab = try TrailLab()
    let script = try lab.script(
      "case \"$*\" in *fast-import*) exec sleep 5;; *) exec git \"$@\";; esac")
    let trail = try lab.start { ($0.program, $0.stopSeconds, $0.seconds) = (script, 1, 3) }
    trail.add([lab.change(1)])
    usleep(300_000)
    let start = Date()
    trail.stop()
    #expect((0.8...2.5).contains(-start.timeIntervalSinceNow))
  }

  @Test func `lets a stop wait for nothing where nothing is to be written`() throws {
    let lab = try TrailLab()
    let script = try lab.script("exec sleep 5")
    let trail = try lab.start { ($0.program, $0.seconds) = (script, 3) }
    usleep(200_000)
    var start = Date()
    trail.stop()
    #expect(-start.timeIntervalSinceNow < 0.5)
    // Nor for git that fails.
    let failing = try lab.script("exit 1")
    let other = try lab.start { ($0.program, $0.pauseMilliseconds) = (failing, 60_000) }
    other.add([lab.change(1)])
    #expect(lab.holds { other.condition.problem != nil })
    start = Date()
    other.stop()
    #expect(-start.timeIntervalSinceNow < 0.5)
  }
}

// BootServerTests/Storage: the power goes, at every moment.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

/// How long the tests by chance may take: a second or two, some where they are strict, or minutes where
/// somebody asks for it.
enum Effort {
  static let isLong =
    ProcessInfo.processInfo.environment["COREOS_IPXE_SERVER_TEST_LONG"] == "1"
  /// How many, or with `long` less than that how far from one to the next.
  static func times(_ strict: Int, long: Int) -> Int {
    if isLong || testsAreStrict { return isLong ? long : strict }
    return strict < long ? (strict + 3) / 4 : strict * 4
  }
}

@Suite("After a loss of power")
struct PowerCutTests {
  @Test(arguments: 1...Effort.times(3, long: 200))
  func `each acknowledged batch is there whole, and nothing else is`(seed: Int) {
    let story = Story(
      seed: seed,
      watch: { story, step, disk in
        var chance = Chance(seed * 1_000_003 + step.number)
        let name = "seed \(seed), before step \(step.number) (\(step.kind) \(step.name))"
        story.check(disk.afterPowerLoss { false }, "\(name), nothing else happened")
        story.check(
          disk.afterPowerLoss { true }, "\(name), everything happened", isRepeated: Effort.isLong)
        story.check(disk, "\(name), killed", isRepeated: true)
        for sample in 0..<Effort.times(1, long: 6) {
          let often = [2, 8, 8, 2, 16, 16][sample]
          story.check(
            disk.afterPowerLoss { (chance.below(often) == 0) != (sample % 3 == 2) },
            "\(name), sample \(sample)")
        }
      })
    story.run(40)
    #expect(story.problems.isEmpty)
    #expect(story.known.withLock { $0.checks } > 500)
  }
}

@Suite("A disk that fails")
struct FaultTests {
  private static let errors: [Errno] = [
    Errno(28), Errno(5), .tooManyOpen, .readOnlyFileSystem, .interrupted,
  ]

  /// What has to be looked at after a run.
  private func verdict(_ story: Story, _ name: String) -> [String] {
    let disk = story.last.withLock { $0 }
    story.check(disk.afterPowerLoss { false }, "\(name), at the end, nothing else happened")
    story.check(disk.afterPowerLoss { true }, "\(name), at the end", isRepeated: true)
    return story.problems
  }

  @Test(arguments: errors)
  func `once, at any step, loses nothing that was acknowledged`(error: Errno) {
    let seed = Int(error.number)
    let plain = Story(seed: seed)
    plain.run(40)
    let steps = plain.steps
    var problems: [String] = []
    for failing in stride(from: 1 + seed % 5, to: steps, by: Effort.times(19, long: 1)) {
      let name = "\(error), once at \(failing) of \(steps)"
      let story = Story(
        seed: seed, fault: { $0.number == failing ? error : nil },
        watch: { story, step, disk in
          guard step.number > failing, step.number % 23 == 0 else { return }
          var chance = Chance(step.number)
          story.check(
            disk.afterPowerLoss { chance.below(2) == 0 },
            "\(name), before step \(step.number) (\(step.kind) \(step.name))")
        })
      story.run(40)
      problems += verdict(story, name)
      if problems.count > 3 { break }
    }
    #expect(problems.isEmpty)
  }

  /// Long enough for a batch, its taking back, and the first tries to decide it.
  @Test(arguments: errors)
  func `for some steps loses nothing that was acknowledged`(error: Errno) {
    let seed = Int(error.number) + 200
    let plain = Story(seed: seed)
    plain.run(40)
    let steps = plain.steps
    var problems: [String] = []
    for failing in stride(from: 1 + seed % 5, to: steps, by: Effort.times(17, long: 1)) {
      let name = "\(error), for some steps from \(failing) of \(steps) on"
      let last = failing + 3 + failing % 5
      let story = Story(
        seed: seed,
        fault: { failing...last ~= $0.number && $0.changes ? error : nil },
        watch: { story, step, disk in
          guard step.number > failing, step.number < last + 40, step.number % 5 == 0 else { return }
          var chance = Chance(step.number)
          let name = "\(name), before step \(step.number) (\(step.kind) \(step.name))"
          story.check(disk.afterPowerLoss { chance.below(2) == 0 }, name)
          story.check(disk, "\(name), killed", isRepeated: true)
        })
      story.run(40)
      problems += verdict(story, name)
      if problems.count > 3 { break }
    }
    #expect(problems.isEmpty)
  }

  @Test(arguments: errors)
  func `from any step on loses nothing that was acknowledged`(error: Errno) {
    let seed = Int(error.number) + 100
    let plain = Story(seed: seed)
    plain.run(30)
    let steps = plain.steps
    var problems: [String] = []
    for failing in stride(from: 1 + seed % 5, to: steps, by: Effort.times(19, long: 1)) {
      for onlyWriting in [true, false] {
        let name = "\(error), from \(failing) of \(steps) on"
        let story = Story(
          seed: seed,
          fault: {
            $0.number >= failing && ($0.changes || !onlyWriting) ? error : nil
          })
        story.run(30)
        problems += verdict(story, name)
      }
      if problems.count > 3 { break }
    }
    #expect(problems.isEmpty)
  }

  /// How long a disk takes no whole write.
  enum Shortage: CaseIterable {
    /// The next one goes.
    case once
    /// It is full: nothing more is written, but files can be cut and removed.
    case full
    /// Nothing can be changed at all, also not what a write has begun.
    case stuck

    func strikes(_ step: Story.Step, from failing: Int) -> Bool {
      switch self {
      case .once: step.number == failing
      case .full: failing..<failing + 25 ~= step.number && step.kind == .write
      case .stuck: failing..<failing + 5 ~= step.number && step.changes
      }
    }
  }

  /// The first bytes of a write arrive, the rest does not.
  @Test(arguments: MemoryFileSystem.ShortWrite.allCases, Shortage.allCases)
  func `in the middle of a write loses nothing that was acknowledged`(
    short: MemoryFileSystem.ShortWrite, shortage: Shortage
  ) {
    let seed = 300 + (Shortage.allCases.firstIndex(of: shortage) ?? 0)
    let first = 2 * (MemoryFileSystem.ShortWrite.allCases.firstIndex(of: short) ?? 0)
    let writes = Locked<[Int]>([])
    let plain = Story(
      seed: seed,
      watch: { _, step, _ in if step.kind == .write { writes.withLock { $0.append(step.number) } } }
    )
    plain.run(40)
    var problems: [String] = []
    let numbers = writes.withLock { $0 }
    #expect(numbers.count > 50)
    for index in stride(from: first, to: numbers.count, by: Effort.times(13, long: 1)) {
      let failing = numbers[index]
      let name = "\(short) arrives, \(shortage) from \(failing) of \(plain.steps) on"
      let story = Story(
        seed: seed, short: short,
        fault: { step in
          guard shortage.strikes(step, from: failing) else { return nil }
          return failing % 2 == 0 ? Errno(28) : Errno(5)
        },
        watch: { story, step, disk in
          guard failing..<failing + 40 ~= step.number, step.number % 5 == 0 else { return }
          var chance = Chance(step.number)
          let name = "\(name), before step \(step.number) (\(step.kind) \(step.name))"
          story.check(disk.afterPowerLoss { chance.below(2) == 0 }, name)
          story.check(disk, "\(name), killed", isRepeated: true)
        })
      story.run(40)
      #expect(story.known.withLock { $0.faults } > 0)
      problems += verdict(story, name)
      if problems.count > 3 { break }
    }
    #expect(problems.isEmpty)
  }
}

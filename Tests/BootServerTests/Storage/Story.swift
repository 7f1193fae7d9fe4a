// BootServerTests/Storage: what happens to a store, by chance, and what must be left of it.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import TestSupport

@testable import BootServer

/// What a store must say after a restart.
struct Outcome: Equatable, Sendable {
  var machines: [MachineID: Machine] = [:]
  /// Those that a client was told.
  var tokens: [MachineID: String] = [:]
  var clusters: [String: String] = [:]

  mutating func apply(_ batch: Batch) {
    for change in batch.changes {
      machines[change.id] = change.machine
      if change.machine.map({ $0.state == .unknown }) ?? true { tokens[change.id] = nil }
      if let token = change.token { tokens[change.id] = token }
    }
    if let changed = batch.clusters { clusters = changed }
  }

  init() {}

  /// What an opened store says; revisions are the store's own affair.
  init(_ state: StoredState) {
    for record in state.machines {
      var machine = record.machine
      machine.revision = 0
      machines[machine.id] = machine
      if machine.state != .unknown { tokens[machine.id] = record.token }
    }
    clusters = state.clusters ?? ["unreadable": ""]
  }

  /// Says what differs; `nil`: nothing does.
  func difference(from other: Outcome) -> String? {
    if self == other { return nil }
    let ids = Set(machines.keys).union(other.machines.keys).sorted()
    let wrong = ids.filter { machines[$0] != other.machines[$0] }.map { id in
      "\(id): \(machines[id]?.state.rawValue ?? "-") \(machines[id]?.serial ?? "")"
        + " instead of \(other.machines[id]?.state.rawValue ?? "-")"
        + " \(other.machines[id]?.serial ?? "")"
    }
    let tokens = tokens == other.tokens ? "" : " tokens \(tokens) instead of \(other.tokens)"
    let clusters =
      clusters == other.clusters ? "" : " clusters \(clusters) instead of \(other.clusters)"
    return wrong.joined(separator: "; ") + tokens + clusters
  }
}

/// One run of a store, with stops, kills, and errors of the disk.
final class Story: Sendable {
  struct Known: Sendable {
    /// What may be found: one, or two while it is not known whether a batch happened.
    var possible = [Outcome()]
    var problems: [String] = []
    var checks = 0
    /// Errors of the disk so far.
    var faults = 0
    var steps = 0
  }

  typealias Step = MemoryFileSystem.Step

  let known = Locked(Known())
  private let chance: Locked<Chance>
  private let fault: @Sendable (Step) -> Errno?
  private let short: MemoryFileSystem.ShortWrite
  /// Called before each step that changes the disk.
  private let watch: @Sendable (Story, Step, MemoryDisk) -> Void

  init(
    seed: Int, short: MemoryFileSystem.ShortWrite = .byChance,
    fault: @escaping @Sendable (Step) -> Errno? = { _ in nil },
    watch: @escaping @Sendable (Story, Step, MemoryDisk) -> Void = { _, _, _ in }
  ) {
    chance = Locked(Chance(seed))
    self.fault = fault
    self.short = short
    self.watch = watch
  }

  var problems: [String] { known.withLock { $0.problems } }

  private func below(_ count: Int) -> Int { chance.withLock { $0.below(count) } }

  private func files(_ disk: MemoryDisk, from steps: Int) -> MemoryFileSystem {
    MemoryFileSystem(
      disk, steps: steps, short: short,
      fault: { [self] step in
        guard let error = fault(step) else { return nil }
        known.withLock { $0.faults += 1 }
        return error
      },
      before: { [self] step, disk in if step.changes { watch(self, step, disk) } })
  }

  /// Goes through so many things that can happen.
  func run(_ count: Int) {
    var (files, store) = open(MemoryDisk(), from: 0)
    for _ in 0..<count {
      if problems.count > 3 { return }
      switch below(20) {
      case 0..<11: commit(store)
      case 11..<15: _ = store.writeFiles()
      case 15..<17: store.checkpoint()
      case 17: store.keep([.test(below(6)): Machine.Sightings(lastSeen: Timestamp(seconds: 9))])
      case 18:
        store.close()
        (files, store) = open(files.disk, from: files.world.withLock { $0.steps })
      default:
        // Killed; what it wrote stays, flushed or not.
        (files, store) = open(files.disk, from: files.world.withLock { $0.steps })
      }
    }
    store.close()
    last.withLock { $0 = files.disk }
    known.withLock { known in known.steps = files.world.withLock { $0.steps } }
  }

  /// How many steps the run took.
  var steps: Int { known.withLock { $0.steps } }

  /// The disk at the end.
  let last = Locked(MemoryDisk())

  /// Starts until a start is not disturbed by the disk, but not for ever.
  private func open(_ disk: MemoryDisk, from steps: Int) -> (MemoryFileSystem, StateDirectory) {
    var files = files(disk, from: steps)
    var store = StateDirectory.over(files)
    for _ in 0..<4 {
      let faults = known.withLock { $0.faults }
      let state = try? store.open()
      let isDisturbed = known.withLock { $0.faults } != faults
      if let state, !isDisturbed {
        judge(state, store)
        return (files, store)
      }
      files = self.files(files.disk, from: files.world.withLock { $0.steps })
      store = StateDirectory.over(files)
    }
    return (files, store)
  }

  private func judge(_ state: StoredState, _ store: StateDirectory) {
    let found = Outcome(state)
    known.withLock { known in
      if !known.possible.contains(found) {
        known.problems.append("opened: " + (found.difference(from: known.possible[0]) ?? ""))
      }
      if !state.damaged.isEmpty || !state.held.isEmpty {
        known.problems.append("opened: damaged \(state.damaged.map(\.id)) held \(state.held)")
      }
      known.possible = [found]
    }
    if let careful = store.condition.careful {
      known.withLock { $0.problems.append("opened: careful, \(careful)") }
    }
  }

  private func commit(_ store: StateDirectory) {
    let batch = batch()
    let (before, after) = known.withLock { known -> ([Outcome], [Outcome]) in
      let before = known.possible
      let after = before.map { outcome in
        var next = outcome
        next.apply(batch)
        return next
      }
      known.possible += after
      return (before, after)
    }
    do {
      _ = try store.commit(batch)
      // While something was not known, nothing else may be acknowledged.
      known.withLock { known in
        if before.count > 1 { known.problems.append("acknowledged upon what is not known") }
        known.possible = Array(after.prefix(1))
      }
    } catch {
      switch error {
      case .notDone: known.withLock { $0.possible = before }
      case .notKnown: break
      }
      // The one that acknowledges goes on from what it knew.
      if store.recover() { known.withLock { $0.possible = Array(before.prefix(1)) } }
    }
  }

  private func batch() -> Batch {
    var batch = Batch()
    var used: Set<Int> = []
    let present = known.withLock { $0.possible[0].machines }
    for _ in 0...below(3) {
      let index = below(6)
      guard used.insert(index).inserted else { continue }
      let old = present[.test(index)]
      if old != nil, below(4) == 0 {
        batch.changes.append(.remove(index))
        continue
      }
      var machine = Machine.test(
        index, MachineState.allCases[below(MachineState.allCases.count)])
      machine.serial = "S\(below(1_000_000))"
      machine.generation = (old?.generation ?? 0) + 1
      let hasToken = machine.state != .unknown
      batch.changes.append(
        .put(machine, token: hasToken ? testToken(below(1_000_000)) : nil))
    }
    if below(8) == 0 { batch.clusters = ["default": "t\(below(1000))"] }
    return batch
  }

  /// Looks at what a disk has after a loss of power.
  ///
  /// - Parameter isRepeated: the power goes again, right after the start. With a disk that has lost
  ///   no power yet that is a kill, and a loss of power soon after.
  func check(_ disk: MemoryDisk, _ name: String, isRepeated: Bool = false) {
    let (possible, isFull) = known.withLock { known in
      known.checks += 1
      return (known.possible, known.problems.count > 3)
    }
    if isFull { return }
    var problem: String?
    let files = MemoryFileSystem(disk)
    let store = StateDirectory.over(files)
    do {
      let state = try store.open()
      let found = Outcome(state)
      if !possible.contains(found) {
        // The one of two that it was most likely to be.
        let texts = possible.compactMap { found.difference(from: $0) }
        problem = texts.min { $0.utf8.count < $1.utf8.count }
      }
      if !state.damaged.isEmpty || !state.held.isEmpty {
        problem = "damaged \(state.damaged.map(\.id)) held \(state.held)"
      }
      if let careful = store.condition.careful { problem = "careful: \(careful)" }
      if let unready = store.condition.problem { problem = unready }
      if isRepeated {
        // What it says from here on, it must say again.
        let again = StateDirectory.over(MemoryFileSystem(files.disk.afterPowerLoss { false }))
        let second = Outcome(try again.open())
        if second != found { problem = "again: " + (second.difference(from: found) ?? "") }
      }
    } catch {
      problem = "\(error)"
    }
    if let problem {
      known.withLock { $0.problems.append("\(name): \(problem)") }
    }
  }
}

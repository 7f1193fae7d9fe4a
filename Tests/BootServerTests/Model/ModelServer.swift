// BootServerTests/Model: one server process of the model.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import TestSupport

@testable import BootServer

/// A keeper over a state directory, driven as ``MachineRegister`` drives it, and without its threads.
final class ModelServer {
  let store: StateDirectory
  private(set) var keeper: FleetKeeper
  private(set) var snapshot = Snapshot(problem: "the state directory has not been read yet")
  private var hasOpened = false

  /// - Parameter place: the directory as its path names it now.
  init(
    place: @escaping @Sendable () -> MemoryFileSystem, profiles: Locked<ModelProfiles>,
    report: @escaping @Sendable (StoreEvent) -> Void
  ) {
    let options = StateDirectory.Options(waitsForFirstBatch: true, report: report)
    let store = StateDirectory(options: options) { () throws(Errno) in place() }
    self.store = store
    keeper = FleetKeeper(
      store: store, profiles: { (_, _) in profiles.withLock { $0.index } })
  }

  var mustOpen: Bool { !keeper.isOpen || store.condition.isLost }

  /// - Returns: why it could not be opened.
  func open() -> String? {
    do throws(StoreError) {
      _ = try keeper.open()
      hasOpened = true
      snapshot = keeper.snapshot(number: snapshot.number + 1)
      return nil
    } catch {
      // Known machines boot from memory; there is nobody to be known before the first time.
      if !hasOpened { snapshot = Snapshot(problem: error.description) }
      return error.description
    }
  }

  func turn(_ jobs: [MachineJob], now: Timestamp) -> [MachineJob.Outcome] {
    keeper.recover()
    guard keeper.isOpen else {
      let failure = MachineError.notKept(file: "the change", reason: "it is not open")
      return Array(repeating: .failure(failure), count: jobs.count)
    }
    let outcomes = keeper.process(jobs, now: now)
    show()
    return outcomes
  }

  func trust() throws(StoreError) {
    try keeper.trust()
    show()
  }

  func drainEvents() -> [FleetEvent] { keeper.drainEvents() }

  private func show() {
    _ = keeper.drainNotes()
    guard keeper.isOpen, keeper.hasChanged else { return }
    keeper.hasChanged = false
    snapshot = keeper.snapshot(number: snapshot.number + 1)
  }
}

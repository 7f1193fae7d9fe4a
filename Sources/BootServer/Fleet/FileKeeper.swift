// BootServer/Fleet: the thread that writes records' files.
// SPDX-License-Identifier: Apache-2.0

import System

/// Has the store write its files a little after what happened; nobody waits for it.
///
/// The thread begins with the first change: a server that knows no machines has none.
final class FileKeeper: Sendable {
  private struct State {
    var isRunning = false
    var isStopping = false
  }

  private let store: any RecordStore
  private let sightings: SightingBook
  private let state = Mutex(State())
  private let bell: EventCounter
  private let stopped: EventCounter

  /// While changes keep coming the files wait for this long, so that each is written once.
  private static let stormMilliseconds = 1000
  private static let quietMilliseconds = 30

  init(store: any RecordStore, sightings: SightingBook) throws(Errno) {
    self.store = store
    self.sightings = sightings
    bell = try EventCounter(semaphore: false)
    stopped = try EventCounter(semaphore: true)
  }

  /// Something has changed.
  func wake() {
    let begins = state.withLock { state -> Bool in
      guard !state.isRunning, !state.isStopping else { return false }
      state.isRunning = true
      return true
    }
    if begins {
      do throws(Errno) {
        try Thread.spawn("records") { [self] in run() }
      } catch {
        // The next change tries again.
        state.withLock { $0.isRunning = false }
      }
    }
    bell.add()
  }

  /// Waits until the thread has ended; what is not written by then stays in the journal.
  func stop() {
    let isRunning = state.withLock { state -> Bool in
      state.isStopping = true
      return state.isRunning
    }
    bell.add()
    if isRunning { _ = stopped.wait(milliseconds: 10_000) }
    store.keep(sightings.drainChanged())
  }

  private func run() {
    while !state.withLock({ $0.isStopping }) {
      let hasNews = bell.wait(milliseconds: 1000)
      if hasNews { awaitQuiet() }
      store.keep(sightings.drainChanged())
      _ = store.writeFiles()
      if store.condition.isCheckpointDue { store.checkpoint() }
    }
    stopped.add()
  }

  /// Waits until nothing has changed for a moment, or a second is over.
  private func awaitQuiet() {
    let end = Instant.now.advanced(milliseconds: Self.stormMilliseconds)
    while Instant.now < end, !state.withLock({ $0.isStopping }) {
      if !bell.wait(milliseconds: Self.quietMilliseconds) { return }
    }
  }
}

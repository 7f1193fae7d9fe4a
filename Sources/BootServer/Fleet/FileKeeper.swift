// BootServer/Fleet: the thread that writes records' files.
// SPDX-License-Identifier: Apache-2.0

import System

/// Has the store write its files a little after what happened; nobody waits for it.
///
/// The thread begins with the first change: a server that knows no machines has none.
final class FileKeeper: Sendable {
  private let store: any RecordStore
  private let sightings: SightingBook
  private let thread: LazyThread

  /// While changes keep coming the files wait for this long, so that each is written once.
  private static let stormMilliseconds = 1000
  private static let quietMilliseconds = 30

  init(store: any RecordStore, sightings: SightingBook) throws(Errno) {
    self.store = store
    self.sightings = sightings
    thread = try LazyThread("records")
  }

  /// Something has changed.
  func wake() {
    thread.begin { [self] in run() }
    thread.wake()
  }

  /// Waits until the thread has ended; what is not written by then stays in the journal.
  func stop() {
    thread.stop(milliseconds: 10_000)
    store.keep(sightings.drainChanged())
  }

  private func run() {
    while thread.goesOn() {
      let hasNews = thread.wait(milliseconds: 1000)
      if hasNews { awaitQuiet() }
      store.keep(sightings.drainChanged())
      _ = store.writeFiles()
      if store.condition.isCheckpointDue { store.checkpoint() }
    }
  }

  /// Waits until nothing has changed for a moment, or a second is over.
  private func awaitQuiet() {
    let end = Instant.now.advanced(milliseconds: Self.stormMilliseconds)
    while Instant.now < end, !thread.isStopping {
      if !thread.wait(milliseconds: Self.quietMilliseconds) { return }
    }
  }
}

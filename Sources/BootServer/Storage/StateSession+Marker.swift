// BootServer/Storage: the marker, and careful.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

extension StateSession {
  /// Writes the marker's line; another server's lines stay.
  @discardableResult
  func mark(_ batch: Int, flushed: Bool) -> Errno? {
    marker.withLock { keeper in
      guard files.markerPlace != nil else {
        say(
          "neither the data directory nor the state directory's parent can be written, and the unit"
            + " has no other folder", &keeper)
        return nil
      }
      do throws(Errno) {
        let bytes = try files.readMarker() ?? []
        let place = StateMarker.find(path: files.path, in: bytes)
        // The other thread may have written a later one.
        keeper.batch = max(keeper.batch, batch)
        var line = StateMarker(id: format.id, batch: keeper.batch, path: files.path).line
        if place.marker == nil, let last = bytes.last, last != 0x0a { line = [0x0a] + line }
        try files.writeMarker(line, at: place.offset, flushed: flushed)
        keeper.isSaid = false
        return nil
      } catch {
        say("\(StateMarker.fileName): \(error)", &keeper)
        return error
      }
    }
  }

  private func say(_ reason: String, _ keeper: inout MarkerKeeper) {
    if keeper.isSaid { return }
    keeper.isSaid = true
    report(.noMarker(reason: reason))
  }

  /// Ends careful: a person says that this state is the right one.
  func trust() throws(StoreError) {
    guard files.isInPlace else {
      memory.withLock { $0.isLost = true }
      report(.lost(path: files.path))
      throw .notOpen
    }
    // An ID that is not on the disk yet, the next start would not find.
    guard makeReady() else {
      throw .notReady(memory.withLock { $0.unready } ?? "the state directory is not ready")
    }
    // A record that is ahead of the journals is the right one, also after the next start.
    if journal.withLock({ $0.happened > $0.journaled }) { checkpoint() }
    let batch = journal.withLock { $0.journaled }
    if let error = mark(batch, flushed: true) {
      throw .failed(file: StateMarker.fileName, error)
    }
    try step(CarefulNote.fileName) { () throws(Errno) in
      do throws(Errno) {
        try files.remove(CarefulNote.fileName)
      } catch {
        if error != .noEntry { throw error }
      }
      // Also where it went before, and that was not flushed.
      try files.flush(".")
    }
    memory.withLock { $0.careful = CarefulNote() }
    report(.trusted)
  }
}

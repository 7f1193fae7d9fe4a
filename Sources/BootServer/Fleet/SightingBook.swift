// BootServer/Fleet: when machines were heard of.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// When each machine was heard of last; written by every loop, kept on disk a little later.
///
/// Apart from the records, for every boot changes it and none waits for that.
final class SightingBook: Sendable {
  private struct State {
    var all: [MachineID: Machine.Sightings] = [:]
    var changed: Set<MachineID> = []
  }

  private let state = Mutex(State())

  subscript(id: MachineID) -> Machine.Sightings {
    state.withLock { $0.all[id] } ?? Machine.Sightings()
  }

  var all: [MachineID: Machine.Sightings] { state.withLock { $0.all } }

  /// Starts with what was on disk.
  func replace(_ sightings: [MachineID: Machine.Sightings]) {
    state.withLock { $0 = State(all: sightings) }
  }

  /// A machine asked for something.
  func see(_ id: MachineID, _ now: Timestamp) {
    state.withLock { state in
      if state.all[id]?.lastSeen == now { return }
      state.all[id, default: Machine.Sightings()].lastSeen = now
      state.changed.insert(id)
    }
  }

  /// A machine was sent to boot something, or said that it runs.
  func boot(_ id: MachineID, _ now: Timestamp) {
    state.withLock { state in
      if state.all[id]?.lastBoot == now, state.all[id]?.lastSeen == now { return }
      state.all[id, default: Machine.Sightings()].lastSeen = now
      state.all[id]?.lastBoot = now
      state.changed.insert(id)
    }
  }

  /// A machine's installer was served.
  ///
  /// - Returns: how often since it reported last, this time included.
  func serve(_ id: MachineID, _ now: Timestamp) -> Int {
    state.withLock { state in
      let tries = (state.all[id]?.tries ?? 0) + 1
      state.all[id] = Machine.Sightings(lastSeen: now, lastBoot: now, tries: tries)
      state.changed.insert(id)
      return tries
    }
  }

  /// A machine has reported, or is to be installed anew.
  func endTries(_ id: MachineID) {
    state.withLock { state in
      guard let tries = state.all[id]?.tries, tries > 0 else { return }
      state.all[id]?.tries = 0
      state.changed.insert(id)
    }
  }

  var hasChanged: Bool { state.withLock { !$0.changed.isEmpty } }

  func forget(_ id: MachineID) {
    state.withLock { state in
      state.all[id] = nil
      state.changed.remove(id)
    }
  }

  /// What has changed since the last call.
  func takeChanged() -> [MachineID: Machine.Sightings] {
    state.withLock { state in
      defer { state.changed = [] }
      var changed: [MachineID: Machine.Sightings] = [:]
      for id in state.changed { changed[id] = state.all[id] }
      return changed
    }
  }
}

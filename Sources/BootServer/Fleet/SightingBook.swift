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
      let sightings = Machine.Sightings(lastSeen: now, lastBoot: now)
      if state.all[id] == sightings { return }
      state.all[id] = sightings
      state.changed.insert(id)
    }
  }

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

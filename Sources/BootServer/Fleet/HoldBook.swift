// BootServer/Fleet: who is held, and why.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Why each machine that was held at its last boot was, and since when.
///
/// In memory alone: a machine that is held asks again every few seconds.
final class HoldBook: Sendable {
  private struct State {
    var held: [MachineID: HeldSince] = [:]
    var revision = 0
  }

  private let state = Mutex(State())

  subscript(id: MachineID) -> HeldSince? { state.withLock { $0.held[id] } }

  /// Counts the changes.
  var revision: Int { state.withLock { $0.revision } }

  /// How many are held, by reason.
  var counts: [Hold.Reason: Int] {
    state.withLock { $0.held.values.reduce(into: [:]) { $0[$1.hold.reason, default: 0] += 1 } }
  }

  func hold(_ id: MachineID, _ hold: Hold, _ now: Timestamp) {
    state.withLock { state in
      let before = state.held[id]
      if before?.hold == hold { return }
      let since = before?.hold.reason == hold.reason ? before?.since : nil
      state.held[id] = HeldSince(hold, since: since ?? now)
      state.revision += 1
    }
  }

  /// It boots, has changed, or is gone.
  func release(_ id: MachineID) {
    state.withLock { state in
      guard !state.held.isEmpty, state.held[id] != nil else { return }
      state.held[id] = nil
      state.revision += 1
    }
  }
}

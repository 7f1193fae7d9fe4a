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
    /// When the log was told last.
    var told: [MachineID: Timestamp] = [:]
    var revision = 0
  }

  /// A machine that goes on waiting is a line of the log as often as this.
  private static let secondsBetweenLines = 600

  private let state = Mutex(State())

  subscript(id: MachineID) -> HeldSince? { state.withLock { $0.held[id] } }

  /// Counts the changes.
  var revision: Int { state.withLock { $0.revision } }

  /// How many are held, by reason.
  var counts: [Hold.Reason: Int] {
    state.withLock { $0.held.values.reduce(into: [:]) { $0[$1.hold.reason, default: 0] += 1 } }
  }

  /// - Returns: whether it is news: it is held since now, or for another reason, or it was for long.
  @discardableResult
  func hold(_ id: MachineID, _ hold: Hold, _ now: Timestamp) -> Bool {
    state.withLock { state in
      let before = state.held[id]
      let isSame = before?.hold == hold
      if !isSame {
        let since = before?.hold.reason == hold.reason ? before?.since : nil
        state.held[id] = HeldSince(hold, since: since ?? now)
        state.revision += 1
      }
      let told = state.told[id].map { now.seconds - $0.seconds } ?? Int.max
      guard !isSame || !(0..<Self.secondsBetweenLines).contains(told) else { return false }
      state.told[id] = now
      return true
    }
  }

  /// It boots, has changed, or is gone.
  func release(_ id: MachineID) {
    state.withLock { state in
      guard !state.held.isEmpty, state.held[id] != nil else { return }
      state.held[id] = nil
      state.told[id] = nil
      state.revision += 1
    }
  }
}

// BootServer/Fleet: when machines were heard of.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// When each machine was heard of last; written by every loop, kept on disk a little later.
///
/// Apart from the records, for every boot changes it and none waits for that.
final class SightingBook: Sendable {
  private struct Kept {
    var sightings = Machine.Sightings()
    var isChanged = false
  }

  private struct State {
    var all: [MachineID: Kept] = [:]
    /// Those that are, each once.
    var changed: [MachineID] = []

    /// - Parameter body: changes them, and says whether it did.
    mutating func change(_ id: MachineID, _ body: (inout Machine.Sightings) -> Bool) {
      // One look-up, for every boot comes here.
      let isNews = { (kept: inout Kept) in
        guard body(&kept.sightings), !kept.isChanged else { return false }
        kept.isChanged = true
        return true
      }(&all[id, default: Kept()])
      if isNews { changed.append(id) }
    }
  }

  private let state = Mutex(State())

  subscript(id: MachineID) -> Machine.Sightings {
    state.withLock { $0.all[id] }?.sightings ?? Machine.Sightings()
  }

  var all: [MachineID: Machine.Sightings] {
    state.withLock { $0.all }.mapValues(\.sightings)
  }

  /// Starts with what was on disk.
  func replace(_ sightings: [MachineID: Machine.Sightings]) {
    let all = sightings.mapValues { Kept(sightings: $0) }
    state.withLock { $0 = State(all: all) }
  }

  /// A machine asked for something.
  func see(_ id: MachineID, _ now: Timestamp) {
    state.withLock { state in
      state.change(id) { sightings in
        if sightings.lastSeen == now { return false }
        sightings.lastSeen = now
        return true
      }
    }
  }

  /// A machine was sent to boot something, or said that it runs.
  ///
  /// - Parameter version: which its script boots; `nil`: it got no script.
  func boot(_ id: MachineID, _ now: Timestamp, version: String? = nil) {
    state.withLock { state in
      state.change(id) { sightings in
        let isSame = version == nil || sightings.version == version
        if isSame, sightings.lastBoot == now, sightings.lastSeen == now { return false }
        sightings.lastSeen = now
        sightings.lastBoot = now
        if let version { sightings.version = version }
        return true
      }
    }
  }

  /// A machine's installer was served.
  ///
  /// - Parameters:
  ///   - version: which its installer's script boots; `nil`: it names none.
  ///   - sameTrySeconds: within these a machine's next requests are the same try.
  /// - Returns: how often since it reported last, this time included.
  func serve(
    _ id: MachineID, _ now: Timestamp, version: String? = nil, sameTrySeconds: Int
  ) -> Int {
    state.withLock { state in
      var tries = 0
      state.change(id) { sightings in
        let isSame = sightings.isSameTry(now, seconds: sameTrySeconds)
        tries = isSame ? sightings.tries : sightings.tries + 1
        let last = isSame ? sightings.lastTry : now
        sightings = Machine.Sightings(
          lastSeen: now, lastBoot: now, tries: tries, version: version ?? sightings.version)
        sightings.lastTry = last
        return true
      }
      return tries
    }
  }

  /// A machine has reported, or is to be installed anew.
  func endTries(_ id: MachineID) {
    state.withLock { state in
      guard state.all[id] != nil else { return }
      state.change(id) { sightings in
        defer {
          sightings.tries = 0
          sightings.lastTry = nil
        }
        return sightings.tries > 0
      }
    }
  }

  var hasChanged: Bool { state.withLock { !$0.changed.isEmpty } }

  func forget(_ id: MachineID) { state.withLock { $0.all[id] = nil } }

  /// What has changed since the last call.
  func drainChanged() -> [MachineID: Machine.Sightings] {
    state.withLock { state in
      defer { state.changed = [] }
      var changed: [MachineID: Machine.Sightings] = [:]
      for id in state.changed {
        changed[id] = state.all[id]?.sightings
        state.all[id]?.isChanged = false
      }
      return changed
    }
  }
}

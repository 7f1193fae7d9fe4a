// BootServer/Trail: many small packs become one.
// SPDX-License-Identifier: Apache-2.0

import System

/// Has git put its small packs together, on a thread of its own, behind everybody else.
final class Tidying: Sendable {
  private struct State {
    var isRunning = false
    var isUnwanted = false
    /// There were too many packs again while it ran.
    var isWantedAgain = false
    var nextAt = Instant(nanoseconds: 0)
  }

  private let state = Mutex(State())

  /// Begins, unless it has begun.
  func begin(_ git: Git) {
    let mayBegin = state.withLock { state in
      state.isWantedAgain = state.isRunning
      if state.isRunning || Instant.now < state.nextAt { return false }
      (state.isRunning, state.isUnwanted) = (true, false)
      return true
    }
    guard mayBegin else { return }
    var git = git
    git.isUnwanted = { [state] in state.withLock { $0.isUnwanted } }
    do throws(Errno) {
      try Thread.spawn("trail-tidy") { [self, git] in
        while !ended(Self.tidy(git)) {}
      }
    } catch {
      state.withLock { $0.isRunning = false }
    }
  }

  /// - Returns: `false` where it is to run once more: nobody may come by again to ask for it.
  private func ended(_ isDone: Bool) -> Bool {
    state.withLock { state in
      if isDone, state.isWantedAgain, !state.isUnwanted {
        state.isWantedAgain = false
        return false
      }
      state.isRunning = false
      // A full disk is no better soon.
      if !isDone, !state.isUnwanted { state.nextAt = Instant.now.advanced(seconds: 600) }
      return true
    }
  }

  /// Ends it, and waits until it has: what it leaves half-written may be swept then.
  func end() {
    state.withLock { $0.isUnwanted = true }
    while state.withLock({ $0.isRunning }) { Thread.sleep(milliseconds: 5) }
  }

  private static func tidy(_ git: Git) -> Bool {
    do throws(GitFailure) {
      // The large ones stay as they are until the small ones are half as much. Not before git 2.32.
      let status = try git.run(["repack", "-d", "-q", "--geometric=2"], allowing: [129]).status
      if status != 0 {
        try git.run(["-c", "gc.autoPackLimit=\(git.limits.packs)", "gc", "--auto", "--quiet"])
      }
      // A machine's history without a look into every commit.
      try git.run(
        ["commit-graph", "write", "--reachable", "--changed-paths", "--no-progress"],
        allowing: [128, 129])
      return true
    } catch {
      return false
    }
  }
}

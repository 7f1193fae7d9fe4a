// System: a thread that is there when there is work for it.
// SPDX-License-Identifier: Apache-2.0

/// A thread that begins with the first work for it, may end when there is none, and ends for good at a stop.
package final class LazyThread: Sendable {
  private struct State {
    /// One runs, and goes on.
    var isGoing = false
    var isStopping = false
    /// Threads that have not ended; one that ends may overlap with the next one.
    var running = 0
  }

  private let name: String
  private let state = Mutex(State())
  private let bell: EventCounter
  private let ended: EventCounter

  /// - Parameter name: as `ps -T` shows it.
  package init(_ name: String) throws(Errno) {
    self.name = name
    bell = try EventCounter()
    ended = try EventCounter()
  }

  /// Begins the thread, unless one goes on; where it cannot begin, the next call tries again.
  ///
  /// - Parameter body: works as long as ``goesOn(while:)`` says so.
  package func begin(_ body: @escaping @Sendable () -> Void) {
    let begins = state.withLock { state -> Bool in
      if state.isGoing || state.isStopping { return false }
      state.isGoing = true
      state.running += 1
      return true
    }
    guard begins else { return }
    do throws(Errno) {
      try Thread.spawn(name) { [self] in
        body()
        state.withLock { $0.running -= 1 }
        ended.add()
      }
    } catch {
      state.withLock { ($0.isGoing, $0.running) = (false, $0.running - 1) }
    }
  }

  /// Whether the thread is to go on; where it is not, the next ``begin(_:)`` begins another one.
  ///
  /// - Parameter isWanted: asked in one step with the answer, so that no work comes in between.
  package func goesOn(while isWanted: () -> Bool = { true }) -> Bool {
    state.withLock { state in
      state.isGoing = !state.isStopping && isWanted()
      return state.isGoing
    }
  }

  /// Whether it was told to end.
  package var isStopping: Bool { state.withLock { $0.isStopping } }

  /// There is news for it.
  package func wake() { bell.add() }

  /// Waits for news, and no longer than this.
  ///
  /// - Returns: whether there is some.
  package func wait(milliseconds: Int) -> Bool { bell.wait(milliseconds: milliseconds) }

  /// Tells the thread to end, and waits for that, but no longer than this.
  package func stop(milliseconds: Int) {
    state.withLock { $0.isStopping = true }
    bell.add()
    let end = Instant.now.advanced(milliseconds: milliseconds)
    while state.withLock({ $0.running > 0 }), Instant.now < end {
      _ = ended.wait(milliseconds: 100)
    }
  }
}

// HTTP/Server: threads that may wait for a disk.
// SPDX-License-Identifier: Apache-2.0

import System

/// A few threads for work that may wait; the loops' own threads never do.
///
/// Work of one lane is done one piece after another, so a slow file holds one thread, however many
/// wait for it, and the others stay free for other files.
package final class WorkPool: Sendable {
  package typealias Job = @Sendable () -> Void

  private struct State {
    /// A lane's waiting jobs; a lane is here while one of its jobs waits or runs.
    var waiting: [Lane: [Job]] = [:]
    /// Lanes whose next job can be taken, in order.
    var ready: [Lane] = []
    var threads = 0
    var idle = 0
    var isStopped = false
  }

  private let state = Mutex(State())
  private let wake: EventCounter
  private let capacity: Int

  package init(capacity: Int = 16) throws(Errno) {
    self.capacity = capacity
    wake = try EventCounter(semaphore: true)
  }

  package func submit(_ lane: Lane, _ job: @escaping Job) {
    let needsThread = state.withLock { state -> Bool in
      if state.waiting[lane] != nil {
        state.waiting[lane]?.append(job)
      } else {
        state.waiting[lane] = [job]
        state.ready.append(lane)
      }
      let grows = state.ready.count > state.idle && state.threads < capacity
      if grows { state.threads += 1 }
      return grows
    }
    if needsThread { startThread() }
    wake.add()
  }

  /// Lets idle threads end; one that is stuck in a disk is not waited for.
  package func stop() {
    let threads = state.withLock { state in
      state.isStopped = true
      return state.threads
    }
    wake.add(UInt64(threads))
  }

  private func startThread() {
    do throws(Errno) {
      try Thread.spawn("disk") { [self] in while runNext() {} }
    } catch {
      // Those that run will get to it; without any, the next submission tries again.
      state.withLock { $0.threads -= 1 }
    }
  }

  /// - Returns: `false` when the thread should end.
  private func runNext() -> Bool {
    state.withLock { $0.idle += 1 }
    wake.take()
    let next = state.withLock { state -> (lane: Lane, job: Job)? in
      state.idle -= 1
      guard !state.ready.isEmpty else { return nil }
      let lane = state.ready.removeFirst()
      guard let job = state.waiting[lane]?.removeFirst() else { return nil }
      return (lane, job)
    }
    guard let next else { return !state.withLock { $0.isStopped } }
    next.job()
    let hasMore = state.withLock { state -> Bool in
      if state.waiting[next.lane]?.isEmpty ?? true {
        state.waiting[next.lane] = nil
        return false
      }
      state.ready.append(next.lane)
      return true
    }
    if hasMore { wake.add() }
    return true
  }
}

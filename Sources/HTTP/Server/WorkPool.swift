// HTTP/Server: threads that may wait for a disk.
// SPDX-License-Identifier: Apache-2.0

import System

/// A few threads for work that may wait; the loops' own threads never do.
///
/// Work of one lane is done one piece after another, so a slow file holds one thread, however many
/// wait for it. Lanes that likely wait for the same disk hold half of the threads at most, and threads that
/// have waited for long are made up for: a dead disk, or several, must not stop the healthy one.
package final class WorkPool: Sendable {
  /// May wait as long as it likes; holds up its lane alone.
  package typealias Job = @Sendable () -> Void

  private struct State {
    /// A lane's waiting jobs; a lane is here while one of its jobs waits or runs.
    var waiting: [Lane: [Job]] = [:]
    /// Lanes whose next job can be taken, in order.
    var ready: [Lane] = []
    /// When each lane's running job began.
    var running: [Lane: Instant] = [:]
    /// How many of a group run.
    var busy: [Lane.Group: Int] = [:]
    var threads = 0
    var idle = 0
    var isStopped = false

    /// Takes the next lane whose group has room.
    mutating func takeReady(limit: Int) -> Lane? {
      let index = ready.firstIndex { busy[$0.group, default: 0] < limit }
      guard let index else { return nil }
      return ready.remove(at: index)
    }
  }

  private let state = Mutex(State())
  private let wake: EventCounter
  private let capacity: Int
  /// Of lanes that wait for the same thing.
  private var groupLimit: Int { max(1, capacity / 2) }
  /// A job that runs for longer than this waits for something that does not answer.
  private static let stuckSeconds = 1
  /// How many threads may be made up for.
  private static let maxStuck = 112

  /// - Parameter capacity: threads; they start when they are needed.
  package init(capacity: Int = 16) throws(Errno) {
    self.capacity = capacity
    wake = try EventCounter(semaphore: true)
  }

  /// Has a job done after all that were submitted to its lane before.
  package func submit(_ lane: Lane, _ job: @escaping Job) {
    state.withLock { state in
      if state.waiting[lane] != nil {
        state.waiting[lane]?.append(job)
      } else {
        state.waiting[lane] = [job]
        state.ready.append(lane)
      }
    }
    staff()
    wake.add()
  }

  /// Makes up for threads that do not come back; cheap while nothing waits for one.
  package func relieve() {
    if state.withLock({ $0.ready.isEmpty }) { return }
    if staff() { wake.add() }
  }

  /// Starts a thread where one is wanted and allowed.
  @discardableResult
  private func staff() -> Bool {
    let now = Instant.now
    let needsThread = state.withLock { state -> Bool in
      guard state.ready.count > state.idle else { return false }
      var allowed = capacity
      if state.threads >= capacity {
        let stuck = state.running.values.count { $0.advanced(seconds: Self.stuckSeconds) < now }
        allowed += min(stuck, Self.maxStuck)
      }
      guard state.threads < allowed else { return false }
      state.threads += 1
      return true
    }
    if needsThread { startThread() }
    return needsThread
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
    wake.wait()
    let next = state.withLock { state -> (lane: Lane, job: Job)? in
      state.idle -= 1
      guard let lane = state.takeReady(limit: groupLimit),
        let job = state.waiting[lane]?.removeFirst()
      else { return nil }
      state.running[lane] = Instant.now
      state.busy[lane.group, default: 0] += 1
      return (lane, job)
    }
    guard let next else { return !state.withLock { $0.isStopped } }
    next.job()
    let (hasMore, isEnough) = state.withLock { state -> (Bool, Bool) in
      finish(next.lane, &state)
      // There are as many as there should be without this one.
      let isEnough = state.threads > capacity
      if isEnough { state.threads -= 1 }
      return (!state.ready.isEmpty, isEnough)
    }
    if hasMore { wake.add() }
    return !isEnough
  }

  private func finish(_ lane: Lane, _ state: inout State) {
    state.running[lane] = nil
    let busy = state.busy[lane.group, default: 1] - 1
    state.busy[lane.group] = busy > 0 ? busy : nil
    if state.waiting[lane]?.isEmpty ?? true {
      state.waiting[lane] = nil
    } else {
      state.ready.append(lane)
    }
  }
}

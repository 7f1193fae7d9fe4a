// BootServer/Trail: the trail of every change.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Writes changes down as commits, on a thread of its own; no request waits for it.
///
/// What cannot be written now is written later; what a crash left out, or was too much at once, is
/// found by comparing the records with the last commit.
package final class Trail: Sendable {
  /// A directory that was opened.
  struct Place: Sendable {
    /// Counts the directories that were opened.
    let number: Int
    let folder: StateFolder
    /// The records as they were then; `nil` once they are in the trail, or too much has changed since.
    var start: TrailRecords?
    /// Who and why, for what the next look at the records finds.
    var words: [TrailNote]
    let current: @Sendable () -> TrailRecords
  }

  struct State {
    var queue = TrailQueue()
    var place: Place?
    /// The repository can be asked.
    var git: Git?
    /// Git failed at a question: all commits are to be looked at.
    var isSuspect = false
    var isStopping = false
    /// Why the last try failed.
    var problem: String?

    /// Leaves all that waits to a look at the records as they will be then.
    mutating func leaveToCatchUp(_ limits: TrailLimits) {
      let left = queue.leaveAll()
      place?.start = nil
      guard let words = place?.words, words.count < limits.notes else { return }
      place?.words += left
    }
  }

  let state = Mutex(State())
  let wake: EventCounter
  let log: Log
  let limits: TrailLimits

  init(log: Log, limits: TrailLimits = TrailLimits()) throws(Errno) {
    self.log = log
    self.limits = limits
    wake = try EventCounter(semaphore: false)
    try Thread.spawn("trail") { [self] in
      var writer = TrailWriter(self)
      writer.run()
    }
  }

  /// Begins to write, in the directory that holds the records; again when it is another one.
  ///
  /// - Parameters:
  ///   - start: the records before any change that is noted.
  ///   - replayed: notes of batches that a crash may have kept from being written.
  ///   - current: all records as they are when it is called, on a thread that may wait. A batch that
  ///     they have in them may be noted after that.
  func open(
    _ folder: StateFolder, _ start: TrailRecords, replayed: [TrailNote] = [],
    current: @escaping @Sendable () -> TrailRecords
  ) {
    state.withLock { state in
      // What waited for the directory before says who and why where its records are here, too.
      let waiting = state.queue.clear()
      state.place = Place(
        number: (state.place?.number ?? 0) + 1, folder: folder, start: start,
        words: replayed + waiting, current: current)
      state.git = nil
    }
    wake.add()
  }

  /// Notes the changes of a batch, in the order of batches, after they have happened.
  func add(_ notes: [TrailNote]) {
    if notes.isEmpty { return }
    state.withLock { state in
      state.queue.add(notes, limits)
      // Where there is no git, records as they were once would be kept for ever.
      if state.queue.isBehind, state.place?.start != nil { state.leaveToCatchUp(limits) }
    }
    wake.add()
  }

  /// Waits until all changes are written, but no longer than some seconds, and not for git that fails.
  func stop() {
    state.withLock { $0.isStopping = true }
    wake.add()
    let end = Instant.now.advanced(seconds: limits.stopSeconds)
    while Instant.now < end {
      let isDone = state.withLock { state in
        state.queue.count == 0 || state.place == nil || state.problem != nil
      }
      if isDone { return }
      Thread.sleep(milliseconds: 5)
    }
  }

  /// What was written of one machine, the latest first.
  func history(of id: MachineID) throws(GitFailure) -> [TrailEntry] {
    let (git, problem) = state.withLock { ($0.git, $0.problem) }
    guard let git else {
      let reason = problem.map { "there is no trail: \($0)" } ?? "the trail is not ready yet"
      throw GitFailure(reason, isOutside: true)
    }
    do throws(GitFailure) {
      return try GitRepository.history(of: id, git)
    } catch {
      if !error.isOutside { state.withLock { $0.isSuspect = true } }
      throw error
    }
  }

  var condition: TrailCondition {
    state.withLock {
      TrailCondition(
        waiting: $0.queue.count, isBehind: $0.queue.isBehind || $0.queue.isCatchingUp,
        problem: $0.problem)
    }
  }
}

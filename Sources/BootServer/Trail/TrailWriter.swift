// BootServer/Trail: the thread that commits.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// What the trail's thread knows.
struct TrailWriter {
  private let trail: Trail
  private let tidying: Tidying
  private var repository: GitRepository?
  /// Of the directory that the repository is in.
  private var opened = 0
  private var failures = 0
  /// Git failed at what it has.
  private var isSuspect = false
  private var nextAt: Instant
  private var suspectedAt: Instant?
  private var setAsideAt: Instant?

  init(_ trail: Trail) {
    self.trail = trail
    tidying = Tidying()
    nextAt = Instant.now.advanced(milliseconds: trail.limits.startMilliseconds)
  }

  mutating func run() {
    while true {
      let (isStopping, isDone, place) = trail.state.withLock { state in
        (
          state.isStopping,
          state.queue.count == 0 || state.problem != nil || state.place == nil, state.place
        )
      }
      if isStopping {
        tidying.end()
        if isDone { return }
      }
      let now = Instant.now
      let mayBegin = nextAt <= now || (isStopping && failures == 0)
      guard mayBegin, let place else {
        let rest = place == nil ? 1000 : nextAt.microseconds(since: now) / 1000 + 1
        _ = trail.wake.wait(milliseconds: min(rest, 1000))
        continue
      }
      do throws(GitFailure) {
        let outcome = try turn(place)
        succeed()
        switch outcome {
        case .nothing: _ = trail.wake.wait(milliseconds: 1000)
        case .caughtUp: break
        case .wrote: nextAt = now.advanced(milliseconds: trail.limits.paceMilliseconds)
        }
      } catch {
        fail(error)
      }
    }
  }

  private enum Turn {
    case nothing, caughtUp, wrote
  }

  /// Does one thing that is to be done.
  private mutating func turn(_ place: Trail.Place) throws(GitFailure) -> Turn {
    try prepare(place)
    let first = trail.state.withLock { state -> (TrailRecords, [TrailNote])? in
      guard state.place?.number == opened, let place = state.place else { return nil }
      return place.start.map { ($0, place.words) }
    }
    if let (start, words) = first {
      try catchUp(start, words, isStart: true)
      trail.state.withLock { state in
        guard state.place?.number == opened, state.place?.start != nil else { return }
        state.place?.start = nil
        state.place?.words = []
      }
      return .caughtUp
    }
    let notes = trail.state.withLock { state in
      state.place?.number == opened ? state.queue.dequeue(about: trail.limits.batch) : []
    }
    if !notes.isEmpty {
      try repository?.commit(notes)
      trail.state.withLock { if $0.place?.number == opened { $0.queue.written() } }
      tidy()
      return .wrote
    }
    return try lookAgain(place) ? .caughtUp : .nothing
  }

  /// Finds what there was no room for, if there was such.
  private mutating func lookAgain(_ place: Trail.Place) throws(GitFailure) -> Bool {
    let words = trail.state.withLock { state -> [TrailNote]? in
      guard state.place?.number == opened, state.queue.isBehind, !state.isStopping else {
        return nil
      }
      state.queue.beginCatchUp()
      defer { state.place?.words = [] }
      return state.place?.words
    }
    guard let words else { return false }
    do throws(GitFailure) {
      let records = place.current()
      try catchUp(records, words, isStart: false)
      trail.state.withLock {
        if $0.place?.number == opened { $0.queue.caughtUp(through: records.batch) }
      }
      return true
    } catch {
      trail.state.withLock { state in
        guard state.place?.number == opened else { return }
        state.place?.words = words
        state.leaveToCatchUp(trail.limits)
      }
      throw error
    }
  }

  private mutating func catchUp(
    _ records: TrailRecords, _ notes: [TrailNote], isStart: Bool
  ) throws(GitFailure) {
    guard let repository, let tip = repository.tip else { return }
    let commits = try CatchUp(
      git: repository.git, tip: tip, batch: repository.batch, found: records, notes: notes,
      isStart: isStart
    ).commits()
    try self.repository?.commit(commits)
    tidy()
  }

  /// Makes the repository ready, the first time and after each failure.
  private mutating func prepare(_ place: Trail.Place) throws(GitFailure) {
    let isAsked = trail.state.withLock { state in
      defer { state.isSuspect = false }
      return state.isSuspect
    }
    // To look at all commits takes a while, and whoever asks may ask again and again.
    if isAsked, Self.isLongAgo(suspectedAt) {
      (repository, isSuspect, suspectedAt) = (nil, true, Instant.now)
    }
    if place.number != opened { repository = nil }
    if repository != nil { return }
    tidying.end()
    opened = place.number
    var new = GitRepository(
      place.folder, Git(path: place.folder.path, limits: trail.limits))
    // What fails again at once is not what is in it.
    let mending = try new.prepare(
      isSuspect: isSuspect, maySetAside: Self.isLongAgo(setAsideAt))
    repository = new
    isSuspect = false
    let git = new.git
    trail.state.withLock { state in
      guard state.place?.number == place.number else { return }
      state.git = git
      // Its commits may be none, or older ones: all records are looked at.
      if mending != nil, state.place?.start == nil { state.leaveToCatchUp(trail.limits) }
    }
    report(mending)
  }

  private static func isLongAgo(_ time: Instant?) -> Bool {
    time.map { $0.advanced(seconds: 600) < Instant.now } ?? true
  }

  private mutating func report(_ mending: GitRepository.Mending?) {
    switch mending {
    case nil: break
    case .resumed(let reason):
      trail.log.tell(
        Event(
          .trailMended, .warning,
          ["error": .text(reason), "hint": "it goes on from the last commit that is whole"]))
    case .setAside(let name, let reason):
      setAsideAt = Instant.now
      trail.log.tell(
        Event(
          .trailBroken, .warning,
          ["error": .text(reason), "kept": .text(name), "hint": "the trail begins anew"]))
    }
  }

  private mutating func succeed() {
    if failures > 0 { trail.log.tell(Event(.trailAgain)) }
    failures = 0
    trail.state.withLock { $0.problem = nil }
  }

  /// Git that is missing, or a full disk, is looked at again now and then.
  private mutating func fail(_ failure: GitFailure) {
    let limits = trail.limits
    nextAt = Instant.now.advanced(milliseconds: limits.pauseMilliseconds << min(failures, 6))
    failures += 1
    // The first time it may be a lock that is gone by then.
    isSuspect = failures > 1 && !failure.isOutside
    repository = nil
    trail.state.withLock { state in
      state.queue.putBack()
      state.git = nil
      state.problem = failure.description
    }
    if failures == 1 {
      trail.log.tell(
        Event(
          .noTrail, .warning,
          [
            "error": .text(failure.description),
            "hint": "all else works; what is missing is caught up with later",
          ]))
    }
  }

  private func tidy() {
    guard let repository, repository.packs > trail.limits.packs else { return }
    var git = repository.git
    git.isIdle = true
    tidying.begin(git)
  }
}

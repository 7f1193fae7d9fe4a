// BootServer/Fleet: the trail of every change.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// One change, on its way to a commit.
struct TrailNote: Sendable {
  /// The files it changes; without content a file goes.
  let files: [(name: String, content: [UInt8]?)]
  let message: String
  let seconds: Int

  /// - Returns: `nil` when nothing has changed that is worth a commit.
  init?(from old: Machine?, to new: Machine?, who: String, why: String) {
    guard let subject = ChangeWords.subject(from: old, to: new), let id = (new ?? old)?.id else {
      return nil
    }
    self.init(
      file: StateFiles.recordName(id), content: new.map { Array($0.fileText.utf8) },
      subject: subject, who: who, why: why)
  }

  init(cluster: String, _ clusters: [String: String], who: String) {
    self.init(
      file: "clusters.json", content: Array(ClusterFile.text(clusters).utf8),
      subject: "cluster \(cluster): discovery token made", who: who,
      why: "a machine needs it")
  }

  init(file: String, content: [UInt8]?, subject: String, who: String, why: String) {
    self.init(files: [(file, content)], subject: subject, who: who, why: why)
  }

  init(files: [(name: String, content: [UInt8]?)], subject: String, who: String, why: String) {
    self.files = files
    message = "\(Self.line(subject))\n\nBy: \(Self.line(who))\nWhy: \(Self.line(why))\n"
    seconds = WallClock.now.seconds
  }

  private static func line(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? "?" : $0 }))
  }
}

/// Writes changes down as commits, on a thread of its own; no request waits for it.
package final class Trail: Sendable {
  private struct State {
    var notes: [TrailNote] = []
    var folder: StateFolder?
    /// As the records were when the directory was opened.
    var roster = Roster()
    var isStopping = false
    /// Notes that are being written.
    var isBusy = false
    /// Why the last try failed.
    var failure: String?
    var isFailing: Bool { failure != nil }
  }

  private let state = Mutex(State())
  private let wake: EventCounter
  private let repository = Mutex<GitRepository?>(nil)
  private let log: Log

  /// More changes than these are left to the next start, which finds them by itself.
  private static let capacity = 10_000

  init(log: Log) throws(Errno) {
    self.log = log
    wake = try EventCounter(semaphore: true)
    try Thread.spawn("trail") { [self] in run() }
  }

  /// Begins to write, in the directory that holds the records.
  ///
  /// - Parameter roster: as it is before any change.
  func open(_ folder: StateFolder, _ roster: Roster) {
    state.withLock { state in
      state.folder = folder
      state.roster = roster
    }
    wake.add()
  }

  func add(_ notes: [TrailNote]) {
    if notes.isEmpty { return }
    state.withLock { state in
      if state.notes.count < Self.capacity { state.notes += notes }
    }
    wake.add()
  }

  /// Waits until all is written, but no longer than some seconds, and not for git that fails.
  func stop() {
    state.withLock { $0.isStopping = true }
    wake.add()
    let end = Instant.now.advanced(seconds: 10)
    while Instant.now < end {
      let isDone = state.withLock { state in
        (state.notes.isEmpty && !state.isBusy) || state.folder == nil || state.isFailing
      }
      if isDone { return }
      Thread.sleep(milliseconds: 5)
    }
  }

  /// What was written of one machine, the latest first.
  func history(of id: MachineID) throws(GitFailure) -> [TrailEntry] {
    guard let repository = repository.withLock({ $0 }) else {
      let failure = state.withLock { $0.failure }
      throw GitFailure(
        description: failure.map { "there is no trail: \($0)" } ?? "the trail is not ready yet")
    }
    return try repository.history(of: StateFiles.recordName(id))
  }

  private func run() {
    var failures = 0
    // Git takes a processor for a while, which a server that starts has better use for.
    var triesAt = Instant.now.advanced(milliseconds: 500)
    while true {
      _ = wake.take(milliseconds: 1000)
      if state.withLock({ $0.isStopping && ($0.notes.isEmpty || $0.isFailing) }) { return }
      guard triesAt <= Instant.now, let (notes, folder) = take() else { continue }
      do throws(GitFailure) {
        try prepared(folder).commit(notes)
        failures = 0
        state.withLock { ($0.isBusy, $0.failure) = (false, nil) }
      } catch {
        failures += 1
        // Git that is missing, or a full disk, is looked at again now and then.
        triesAt = Instant.now.advanced(seconds: min(failures, 30))
        putBack(notes, error)
        if failures == 1 {
          log.event(
            .warning, "no-trail",
            [
              ("error", error.description),
              ("hint", "all else works; what is missing is caught up with later"),
            ])
        }
      }
    }
  }

  private func take() -> ([TrailNote], StateFolder)? {
    state.withLock { state in
      guard let folder = state.folder else { return nil }
      defer { state.notes = [] }
      // Without notes only the repository is made or looked at, which the next start does as well.
      state.isBusy = !state.notes.isEmpty
      return (state.notes, folder)
    }
  }

  private func putBack(_ notes: [TrailNote], _ failure: GitFailure) {
    state.withLock { state in
      (state.isBusy, state.failure) = (false, failure.description)
      state.notes = Array((notes + state.notes).prefix(Self.capacity))
    }
  }

  private func prepared(_ folder: StateFolder) throws(GitFailure) -> GitRepository {
    if let ready = repository.withLock({ $0 }) { return ready }
    let git = GitRepository(folder)
    try git.prepare(state.withLock { $0.roster })
    state.withLock { $0.roster = Roster() }
    repository.withLock { $0 = git }
    return git
  }
}

// BootServer/Doctor: what no single request tells of.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

extension Event.Name {
  /// Several events together tell of a fault.
  static let fault = Event.Name("fault")
  /// A channel names another version of its images.
  static let imagePromoted = Event.Name("image-promoted")
}

/// Makes events of what no single request tells of: channels that name another version now, whoever moved them,
/// and faults that several events tell together.
///
/// It looks only while somebody listens. Whoever serves machines and nothing else has no thread of it.
final class Lookout: Sendable {
  private struct State {
    var isRunning = false
    var isStopping = false
  }

  /// What was told already.
  private struct Known {
    var versions: [String: String]?
    var faults: Set<String> = []
    /// Behind the last event that was looked at.
    var end = 0
    var diagnosesAt = Instant.now
  }

  private static let lookMilliseconds = 2000
  private static let diagnoseSeconds = 30

  private let log: Log
  private let shelf: ImageShelf
  private let command: OwnCommand
  private let state = Mutex(State())
  private let bell: EventCounter
  private let stopped: EventCounter

  /// - Parameter command: what a command needs so that it finds this server.
  init(_ configuration: Configuration, command: OwnCommand, log: Log) throws(Errno) {
    shelf = ImageShelf(data: configuration.dataDirectory)
    (self.command, self.log) = (command, log)
    bell = try EventCounter()
    stopped = try EventCounter(semaphore: true)
  }

  /// Somebody listens from now on.
  ///
  /// - Parameter isHeard: whether anybody still does.
  func begin(while isHeard: @escaping @Sendable () -> Bool) {
    let begins = state.withLock { state -> Bool in
      if state.isRunning || state.isStopping { return false }
      state.isRunning = true
      return true
    }
    guard begins else { return }
    do throws(Errno) {
      try Thread.spawn("lookout") { [self] in run(isHeard) }
    } catch {
      // The next listener tries again.
      state.withLock { $0.isRunning = false }
    }
  }

  func stop() {
    let isRunning = state.withLock { state -> Bool in
      state.isStopping = true
      return state.isRunning
    }
    bell.add()
    if isRunning { _ = stopped.wait(milliseconds: 5000) }
  }

  private func run(_ isHeard: () -> Bool) {
    var known = Known()
    while goesOn(isHeard) {
      look(&known)
      _ = bell.wait(milliseconds: Self.lookMilliseconds)
    }
    if state.withLock({ $0.isStopping }) { stopped.add() }
  }

  /// - Returns: `false` where nobody listens; the next one begins anew.
  private func goesOn(_ isHeard: () -> Bool) -> Bool {
    let isHeard = isHeard()
    return state.withLock { state in
      if !isHeard { state.isRunning = false }
      return isHeard && !state.isStopping
    }
  }

  private func look(_ known: inout Known) {
    let versions = shelf.channelVersions()
    if let before = known.versions { tellPromoted(from: before, to: versions) }
    known.versions = versions
    guard known.diagnosesAt <= Instant.now, let end = log.feed.extent?.end, end != known.end else {
      return
    }
    known.diagnosesAt = Instant.now.advanced(seconds: Self.diagnoseSeconds)
    known.end = end
    known.faults = tellFaults(besides: known.faults)
  }

  private func tellPromoted(from before: [String: String], to now: [String: String]) {
    for (channel, version) in now.sorted(by: { $0.key < $1.key }) where before[channel] != version {
      var event = Event(
        .imagePromoted, ["channel": .text(channel), "version": .text(version)])
      if let old = before[channel] { event.add("before", old) }
      log.tell(event, isLogged: false)
    }
  }

  /// - Returns: all that there are now; each is told when it comes, and again when it comes back.
  private func tellFaults(besides known: Set<String>) -> Set<String> {
    var found: Set<String> = []
    for fault in EventDoctor(recent: log.feed).composed where fault.severity == .fault {
      let key = "\(fault.kind) \(fault.what)"
      guard found.insert(key).inserted, !known.contains(key) else { continue }
      log.tell(
        Event(
          .fault, .warning,
          [
            "kind": .text(fault.kind), "error": .text(fault.what), "seen": .text(fault.seen),
            "hint": .text(command.completed(fault.cure)),
          ]), isLogged: false)
    }
    return found
  }
}

extension EventDoctor {
  /// Of what a running server has kept.
  init(recent feed: EventFeed) {
    self.init(lines: feed.recentLines)
  }

  /// - Parameter lines: JSON objects, each on its line; others are passed over.
  init(lines: [UInt8]) {
    self.init(events: HeardServer.events(lines))
  }
}

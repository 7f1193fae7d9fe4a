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
    /// Faults that were told, and when each was seen last.
    var faults: [String: Instant] = [:]
  }

  /// What was told already.
  private struct Known {
    var versions: [String: String]?
    /// Behind the last event that was looked at.
    var end = 0
    var diagnosesAt = Instant.now
  }

  private static let lookMilliseconds = 2000
  private static let diagnoseSeconds = 30
  /// What was away for so long is told again.
  private static let forgetSeconds = 600

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
    while true {
      let (goesOn, isStopping) = state.withLock { state -> (Bool, Bool) in
        // In one step with the answer: whoever comes now is heard, or begins anew.
        state.isRunning = !state.isStopping && isHeard()
        return (state.isRunning, state.isStopping)
      }
      if isStopping { return stopped.add() }
      guard goesOn else { return }
      look(&known)
      _ = bell.wait(milliseconds: Self.lookMilliseconds)
    }
  }

  private func look(_ known: inout Known) {
    if let versions = shelf.channelVersions() {
      if let before = known.versions { tellPromoted(from: before, to: versions) }
      // A folder that could not be read just now is as it was.
      known.versions = (known.versions ?? [:]).merging(versions) { $1 }
    }
    guard known.diagnosesAt <= Instant.now, let end = log.feed.extent?.end, end != known.end else {
      return
    }
    known.diagnosesAt = Instant.now.advanced(seconds: Self.diagnoseSeconds)
    known.end = end
    tellFaults()
  }

  private func tellPromoted(from before: [String: String], to now: [String: String]) {
    for (channel, version) in now.sorted(by: { $0.key < $1.key }) where before[channel] != version {
      var event = Event(
        .imagePromoted, ["channel": .text(channel), "version": .text(version)])
      if let old = before[channel] { event.add("before", old) }
      log.tell(event, isLogged: false)
    }
  }

  /// Each is told when it comes, and again when it comes back.
  private func tellFaults() {
    let now = Instant.now
    for fault in EventDoctor(recent: log.feed).composed where fault.severity == .fault {
      let key = "\(fault.kind) \(fault.what)"
      let isKnown = state.withLock { state in
        if state.faults.count >= 1000 { state.faults = [:] }
        let last = state.faults.updateValue(now, forKey: key)
        return last.map { $0.advanced(seconds: Self.forgetSeconds) > now } ?? false
      }
      if isKnown { continue }
      log.tell(
        Event(
          .fault, .warning,
          [
            "kind": .text(fault.kind), "error": .text(fault.what), "seen": .text(fault.seen),
            "hint": .text(command.completed(fault.cure)),
          ]), isLogged: false)
    }
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

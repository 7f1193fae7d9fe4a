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
  private let thread: LazyThread
  /// Faults that were told, and when each was seen last.
  private let faults = Mutex<[String: Instant]>([:])

  /// - Parameter command: what a command needs so that it finds this server.
  init(_ configuration: Configuration, command: OwnCommand, log: Log) throws(Errno) {
    shelf = ImageShelf(data: configuration.dataDirectory)
    (self.command, self.log) = (command, log)
    thread = try LazyThread("lookout")
  }

  /// Somebody listens from now on.
  ///
  /// - Parameter isHeard: whether anybody still does.
  func begin(while isHeard: @escaping @Sendable () -> Bool) {
    thread.begin { [self] in
      var known = Known()
      while thread.goesOn(while: isHeard) {
        look(&known)
        _ = thread.wait(milliseconds: Self.lookMilliseconds)
      }
    }
  }

  func stop() { thread.stop(milliseconds: 5000) }

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
    for fault in EventDoctor(events: LoggedEvent.list(log.feed.recentLines)).composed
    where fault.severity == .fault {
      let key = "\(fault.kind) \(fault.what)"
      let isKnown = faults.withLock { faults in
        if faults.count >= 1000 { faults = [:] }
        let last = faults.updateValue(now, forKey: key)
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

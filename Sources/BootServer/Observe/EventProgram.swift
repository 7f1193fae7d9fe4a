// BootServer/Observe: the program that gets each event.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// `--on-event`: one program that lives long, and reads each event as a JSON line.
///
/// Nobody waits for it: what it has not read waits in the ring, and what that lets go is counted and told.
final class EventProgram: Sendable {
  private struct State {
    var child: FedChild?
    /// The place of the event that it gets next; `nil`: it has had none.
    var next: Int?
    /// The place of the first event that it did not get.
    var gap: Int?
    var lines: [UInt8] = []
    var written = 0
    /// Where each of the lines ends, and the place behind it.
    var ends: [(offset: Int, next: Int)] = []
    var began = Instant.now
    var startsAt = Instant(nanoseconds: 0)
    var pauseSeconds = 1
    var saysDroppedAt = Instant(nanoseconds: 0)
    var dropped = 0
  }

  private static let longestPause = 60
  private static let batchBytes = 32 << 10
  /// For its last lines, and again for its end.
  private static let endMilliseconds = 500

  private let path: String
  private let report: @Sendable (Event) -> Void
  private let state: Mutex<State>

  /// - Parameters:
  ///   - path: of the program; nothing else is given to it.
  ///   - report: told when it ends, and of what it did not get.
  init(_ path: String, report: @escaping @Sendable (Event) -> Void) throws(StartError) {
    self.path = path
    self.report = report
    state = Mutex(State())
    let hint = "; name a program that can be run with --on-event"
    let kind: FileStatus.Kind
    do throws(Errno) {
      kind = try FileStatus.of(path: path).kind
    } catch {
      throw StartError(description: "cannot run \(path): \(error)\(hint)")
    }
    guard kind == .regular else {
      throw StartError(description: "cannot run \(path): it is no file\(hint)")
    }
    guard Files.isExecutable(path) else {
      throw StartError(
        description: "cannot run \(path): it is not executable; chmod +x \(path), or name another"
          + " with --on-event")
    }
  }

  /// Events that it did not get.
  var dropped: Int { state.withLock { $0.dropped } }

  /// Gives it what it takes now; starts it where it does not run.
  ///
  /// - Returns: whether there is more for it.
  func tell(_ feed: EventFeed) -> Bool {
    guard let extent = feed.extent else { return false }
    let (isBehind, events) = state.withLock { state -> (Bool, [Event]) in
      var events: [Event] = []
      events += noteDropped(&state, extent)
      if let event = watch(&state) { events.append(event) }
      if let event = startIfDue(&state) { events.append(event) }
      let isBehind = state.child != nil && push(&state, feed, extent)
      return (isBehind, events)
    }
    for event in events { report(event) }
    return isBehind
  }

  /// Ends it: by the end of its input, then by SIGTERM, then by SIGKILL.
  func stop() {
    state.withLock { state in
      guard let child = state.child else { return }
      child.endInput()
      if !Self.ends(child) { child.terminate() }
      if !Self.ends(child) { child.stop() }
      state.child = nil
    }
  }

  private static func ends(_ child: FedChild) -> Bool {
    let end = Instant.now.advanced(milliseconds: endMilliseconds)
    while child.ending() == nil {
      if end < Instant.now { return false }
      Thread.sleep(milliseconds: 5)
    }
    return true
  }

  /// Counts what the ring let go, and says so once a minute at most.
  private func noteDropped(_ state: inout State, _ extent: EventFeed.Extent) -> [Event] {
    if let next = state.next, next < extent.first {
      state.gap = state.gap ?? next
      state.dropped += extent.first - next
      state.next = extent.first
    }
    guard state.gap != nil, state.saysDroppedAt <= Instant.now else { return [] }
    state.saysDroppedAt = Instant.now.advanced(seconds: 60)
    return [
      Event(
        .onEvent, .warning,
        [
          "program": .text(path), "dropped": "\(state.dropped)",
          "error": "it does not read events as fast as they come; the oldest are dropped",
        ])
    ]
  }

  /// Looks whether it still runs.
  private func watch(_ state: inout State) -> Event? {
    guard let ended = state.child?.ending() else { return nil }
    return restart(&state, "it ended with status \(ended)")
  }

  private func restart(_ state: inout State, _ why: String) -> Event {
    state.child = nil
    // Lines that it has had, or some of, are not given again.
    let rest = state.ends.firstIndex { $0.offset > state.written }
    if let rest, rest > 0 { state.next = state.ends[rest - 1].next }
    if rest == 0, let first = state.ends.first { state.next = first.next - 1 }
    (state.lines, state.written, state.ends) = ([], 0, [])
    if state.began.advanced(seconds: Self.longestPause) < Instant.now { state.pauseSeconds = 1 }
    let pause = state.pauseSeconds
    state.startsAt = Instant.now.advanced(seconds: pause)
    state.pauseSeconds = min(Self.longestPause, pause * 2)
    return Event(
      .onEvent, .warning,
      [
        "program": .text(path),
        "error": .text("\(why); it is started again in \(pause) s"),
      ])
  }

  private func startIfDue(_ state: inout State) -> Event? {
    guard state.child == nil, state.startsAt <= Instant.now else { return nil }
    state.began = Instant.now
    do throws(Child.Failure) {
      state.child = try Child(path).startFed()
      return nil
    } catch {
      return restart(&state, error.description)
    }
  }

  /// - Returns: whether there is more for it.
  private func push(_ state: inout State, _ feed: EventFeed, _ extent: EventFeed.Extent) -> Bool {
    while true {
      if state.written == state.lines.count {
        fill(&state, feed, extent)
        if state.lines.isEmpty { return false }
      }
      do throws(Errno) {
        let count = try state.child?.write(state.lines, from: state.written) ?? 0
        if count == 0 { return true }
        state.written += count
      } catch {
        // It has ended, or reads no more and might as well have.
        state.child?.stop()
        return true
      }
    }
  }

  private func fill(_ state: inout State, _ feed: EventFeed, _ extent: EventFeed.Extent) {
    (state.lines, state.written, state.ends) = ([], 0, [])
    let (first, events) = feed.events(
      from: state.next ?? 1, to: extent.end, limit: Self.batchBytes)
    if events.isEmpty { return }
    if let gap = state.gap {
      state.lines += EventStream.gapObject(gap + extent.offset, first - 1 + extent.offset).utf8
      state.lines.append(0x0a)
      state.gap = nil
    }
    for (index, event) in events.enumerated() {
      event.append(number: first + index + extent.offset, to: &state.lines)
      state.lines.append(0x0a)
      state.ends.append((state.lines.count, first + index + 1))
    }
    state.next = first + events.count
  }
}

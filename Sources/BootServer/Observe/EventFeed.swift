// BootServer/Observe: what happened lately, with its numbers.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// The last events, as JSON that is written once, when they happen.
///
/// Places count from the start of the process: the first event has 1. Its number is the place behind the last
/// number of the run before, once ``EventNumbers`` knows that.
final class EventFeed: Sendable {
  private struct Ring {
    /// The event of place N is at `(N - 1) % limit`.
    var events: [KeptEvent] = []
    var bytes = 0
    /// Places of the oldest that is kept, and of the next that comes.
    var (first, next) = (1, 1)
    /// The last number of the run before; `nil` as long as it is not known.
    var offset: Int?
    /// Numbers up to this one may be given out.
    var reserved = 0
    var isAwaited = false
    /// What a server says at its start, by name, with its place: it counts as long as the server runs.
    var starts: [String: (place: Int, event: KeptEvent)] = [:]

    mutating func add(_ event: KeptEvent) {
      let size = event.members.count
      if EventFeed.startNames.contains(event.name), starts[event.name] == nil {
        starts[event.name] = (next, event)
      }
      while first < next, next - first >= limit || bytes + size > maxBytes {
        let index = (first - 1) % limit
        bytes -= events[index].members.count
        events[index] = KeptEvent(name: "", members: [])
        first += 1
      }
      let index = (next - 1) % limit
      if index < events.count { events[index] = event } else { events.append(event) }
      bytes += size
      next += 1
    }
  }

  /// What is kept, and may be given out.
  struct Extent: Equatable {
    var first: Int
    /// The place behind the last one.
    var end: Int
    /// What makes a number of a place.
    var offset: Int
  }

  /// Events that are kept at most.
  static let limit = 10_000
  private static let startNames: Set = ["listening", "machines"]
  private static let maxBytes = 8 << 20
  private let ring = Mutex(Ring())
  private let bell: EventCounter

  init() throws(Errno) { bell = try EventCounter() }

  func add(_ events: [KeptEvent]) {
    if events.isEmpty { return }
    let isAwaited = ring.withLock { ring -> Bool in
      for event in events { ring.add(event) }
      defer { ring.isAwaited = false }
      return ring.isAwaited
    }
    if isAwaited { bell.add() }
  }

  /// - Returns: `nil` as long as the numbers are not known.
  var extent: Extent? {
    ring.withLock { ring in
      guard let offset = ring.offset else { return nil }
      let end = min(ring.next, ring.reserved - offset + 1)
      return Extent(first: min(ring.first, end), end: end, offset: offset)
    }
  }

  /// The events from a place on.
  ///
  /// - Parameter limit: bytes; passed by one event at most.
  /// - Returns: the place of the first that is still there, and the events.
  func events(from place: Int, to end: Int = .max, limit: Int) -> (first: Int, [KeptEvent]) {
    ring.withLock { ring in
      let first = max(place, ring.first)
      var events: [KeptEvent] = []
      var bytes = 0
      var next = first
      while next < min(end, ring.next), bytes < limit {
        let event = ring.events[(next - 1) % Self.limit]
        events.append(event)
        bytes += event.members.count
        next += 1
      }
      return (first, events)
    }
  }

  /// The last events in front of a place at which something happened, with their places, the oldest first.
  ///
  /// - Parameter limit: bytes of all together.
  func last(
    _ count: Int, before end: Int, limit: Int = .max
  ) -> [(place: Int, event: KeptEvent)] {
    ring.withLock { ring in
      var found: [(place: Int, event: KeptEvent)] = []
      var place = min(end, ring.next) - 1
      var bytes = 0
      while place >= ring.first, found.count < count {
        let event = ring.events[(place - 1) % Self.limit]
        if !event.isLook {
          bytes += event.members.count
          if bytes > limit { break }
          found.append((place, event))
        }
        place -= 1
      }
      return found.reversed()
    }
  }

  /// The last events, a JSON object a line, the oldest first; in front of them what was said at the start.
  var recentLines: [UInt8] {
    let (offset, starts) = ring.withLock { ($0.offset, $0.starts) }
    let (first, events) = events(from: 1, limit: .max)
    var lines: [UInt8] = []
    lines.reserveCapacity(events.reduce(0) { $0 + $1.members.count + 20 })
    for start in starts.values.sorted(by: { $0.place < $1.place }) where start.place < first {
      start.event.append(number: offset.map { $0 + start.place }, to: &lines)
      lines.append(0x0a)
    }
    for (index, event) in events.enumerated() {
      event.append(number: offset.map { $0 + first + index }, to: &lines)
      lines.append(0x0a)
    }
    return lines
  }

  /// Waits until there is an event of this place or a later one, or until it is woken.
  func await(_ place: Int, milliseconds: Int) {
    let isThere = ring.withLock { ring -> Bool in
      ring.isAwaited = ring.next <= place
      return !ring.isAwaited
    }
    if !isThere { _ = bell.wait(milliseconds: milliseconds) }
  }

  /// Ends the wait.
  func wake() { bell.add() }
}

/// For ``EventNumbers``.
extension EventFeed {
  /// Numbers up to `last` may be given out; the first time, those behind `before`.
  func reserve(upTo last: Int, after before: Int) {
    ring.withLock { ring in
      ring.offset = ring.offset ?? before
      ring.reserved = last
    }
    wake()
  }

  /// The last number that was given, or will be for what happened so far; `nil` before they are known.
  var lastNumber: Int? { ring.withLock { ring in ring.offset.map { $0 + ring.next - 1 } } }
}

extension KeptEvent {
  /// The object, on one line.
  func append(number: Int?, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    if let number { bytes += "\"id\":\(number),".utf8 }
    bytes += members
    bytes.append(UInt8(ascii: "}"))
  }
}

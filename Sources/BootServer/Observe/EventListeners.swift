// BootServer/Observe: who is told of events as they come.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

/// Hands new events to all who listen, by one thread, which also keeps their numbers.
///
/// Whoever has all gets what comes at once; whoever catches up gets it piece by piece, as fast as it reads.
final class EventListeners: Sendable {
  private struct Listener {
    let stream: ResponseStream
    /// The place of the event that it gets next.
    var next: Int
    /// It has had all there was.
    var isLive = false
  }

  private struct State {
    var listeners: [Listener] = []
    /// Listeners that are being told now.
    var told = 0
    var isStopping = false
    var heartbeatAt = Instant.now.advanced(seconds: heartbeatSeconds)

    var count: Int { listeners.count + told }
  }

  /// Whoever has taken less than all but this is let go.
  static let mostBehind = 1 << 20
  static let heartbeatSeconds = 15
  /// Events of so long go out together.
  private static let pauseMilliseconds = 20
  /// What one who catches up is given at a time.
  private static let catchUpBytes = 64 << 10
  /// What all are given at a time.
  private static let roundBytes = 512 << 10
  private static let heartbeat = Array(": still here\n\n".utf8)

  private let state = Mutex(State())
  private let feed: EventFeed
  private let numbers: EventNumbers
  private let program: EventProgram?
  private let lookout: Lookout?
  private let limit: Int
  private let stopped: EventCounter

  /// - Parameters:
  ///   - limit: listeners at a time.
  ///   - program: gets each event as well.
  ///   - lookout: looks while anybody listens.
  init(
    _ feed: EventFeed, numbers: EventNumbers, program: EventProgram? = nil,
    lookout: Lookout? = nil, limit: Int = 1000
  ) throws(Errno) {
    self.feed = feed
    self.numbers = numbers
    self.program = program
    self.lookout = lookout
    self.limit = limit
    stopped = try EventCounter(semaphore: true)
    try Thread.spawn("events") { [self] in
      run()
      stopped.add()
    }
    if program != nil { lookout?.begin { true } }
  }

  /// The state directory is ours: events have numbers from now on.
  func open(_ folder: StateFolder) { numbers.open(folder) }

  /// Tells nobody any more, and writes down which numbers were given.
  func stop() {
    state.withLock { $0.isStopping = true }
    lookout?.stop()
    feed.wake()
    _ = stopped.wait(milliseconds: 5000)
    numbers.close()
  }

  /// What comes of the wish to listen.
  enum Welcome {
    case stream(ResponseStream)
    /// The numbers are not known yet.
    case notYet
    case full
  }

  /// From where one listens.
  enum Start {
    case now
    /// The number of the last event that it had.
    case after(Int)
    /// So many events at which something happened, then what comes.
    case last(Int)
  }

  func add(_ start: Start = .now) -> Welcome {
    guard let extent = feed.extent else { return .notYet }
    let stream = ResponseStream()
    let isTaken = state.withLock { state -> Bool in
      if state.count >= limit { state.listeners.removeAll { !$0.stream.isOpen } }
      guard state.count < limit, !state.isStopping else { return false }
      let last = extent.offset + extent.end - 1
      var next = extent.end
      // A number that is ahead is of another history: all that is kept is news.
      if case .after(let number) = start {
        next = number > last ? extent.first : number - extent.offset + 1
      }
      var past: [UInt8] = []
      if case .last(let count) = start {
        for (place, event) in feed.last(
          count, before: extent.end, limit: Self.mostBehind / 2)
        {
          EventStream.append(event, number: place + extent.offset, to: &past)
        }
      }
      stream.send(
        Array("retry: 2000\n".utf8) + past + Array("id: \(next + extent.offset - 1)\n\n".utf8))
      state.listeners.append(Listener(stream: stream, next: next))
      return true
    }
    feed.wake()
    if isTaken { lookout?.begin { [self] in count > 0 } }
    return isTaken ? .stream(stream) : .full
  }

  /// Listeners now.
  var count: Int { state.withLock { $0.count } }

  private func run() {
    while !state.withLock({ $0.isStopping }) {
      numbers.keep()
      let extent = feed.extent
      var isBehind = extent.map { tellAll($0) } ?? false
      if let program, program.tell(feed) { isBehind = true }
      Thread.sleep(milliseconds: Self.pauseMilliseconds)
      if !isBehind { feed.await(extent?.end ?? .max, milliseconds: 1000) }
    }
    if let program {
      _ = program.tell(feed)
      program.stop()
    }
  }

  /// - Returns: whether somebody has not had all.
  private func tellAll(_ extent: EventFeed.Extent) -> Bool {
    let isBeat = state.withLock { state -> Bool in
      guard state.heartbeatAt <= Instant.now else { return false }
      state.heartbeatAt = Instant.now.advanced(seconds: Self.heartbeatSeconds)
      return true
    }
    // Whoever comes meanwhile is told in the next round.
    let listeners = state.withLock { state -> [Listener] in
      defer { (state.told, state.listeners) = (state.listeners.count, []) }
      return state.listeners
    }
    var texts: [Int: Piece] = [:]
    var isBehind = false
    var kept: [Listener] = []
    kept.reserveCapacity(listeners.count)
    for var listener in listeners {
      tell(&listener, extent, &texts)
      if isBeat { listener.stream.send(Self.heartbeat) }
      if listener.stream.unsentBytes > Self.mostBehind { listener.stream.abort() }
      guard listener.stream.isOpen else { continue }
      if listener.next < extent.end { isBehind = true }
      kept.append(listener)
    }
    state.withLock { state in
      state.listeners = kept + state.listeners
      state.told = 0
    }
    return isBehind
  }

  private struct Piece {
    let bytes: [UInt8]
    let next: Int
  }

  private func tell(
    _ listener: inout Listener, _ extent: EventFeed.Extent, _ texts: inout [Int: Piece]
  ) {
    let isLive = listener.isLive
    while listener.next < extent.end {
      if !isLive, listener.stream.unsentBytes >= Self.catchUpBytes { return }
      // Those who catch up at the same place get the same bytes, too.
      let key = isLive ? listener.next : -listener.next - 1
      let piece =
        texts[key]
        ?? text(from: listener.next, extent, limit: isLive ? Self.roundBytes : Self.catchUpBytes)
      if texts.count < 64 { texts[key] = piece }
      listener.stream.send(piece.bytes)
      listener.next = piece.next
      if isLive { break }
    }
    if listener.next >= extent.end { listener.isLive = true }
  }

  private func text(from place: Int, _ extent: EventFeed.Extent, limit: Int) -> Piece {
    let (first, events) = feed.events(from: place, to: extent.end, limit: limit)
    var bytes: [UInt8] = []
    if place < first { bytes += EventStream.gap(place + extent.offset, first - 1 + extent.offset) }
    for (index, event) in events.enumerated() {
      EventStream.append(event, number: first + index + extent.offset, to: &bytes)
    }
    return Piece(bytes: bytes, next: first + events.count)
  }
}

/// `text/event-stream`, as the HTML standard has it.
enum EventStream {
  static func append(_ event: KeptEvent, number: Int, to bytes: inout [UInt8]) {
    bytes += "id: \(number)\nevent: \(event.name)\ndata: ".utf8
    event.append(number: number, to: &bytes)
    bytes += "\n\n".utf8
  }

  /// Events that nobody has any more.
  static func gap(_ from: Int, _ to: Int) -> [UInt8] {
    Array("id: \(to)\nevent: gap\ndata: \(gapObject(from, to))\n\n".utf8)
  }

  static func gapObject(_ from: Int, _ to: Int) -> String {
    "{\"id\":\(to),\"event\":\"gap\",\"from\":\(from),\"to\":\(to)}"
  }
}

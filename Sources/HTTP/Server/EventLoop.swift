// HTTP/Server: one thread's connections.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Waits for events and performs what ``ConnectionState`` and the ``Service`` decide.
///
/// Belongs to one thread. Nothing it does waits for a disk's data or a peer.
final class EventLoop {
  let settings: LoopSettings
  let service: Service
  let mailbox: Mailbox
  let pool: WorkPool
  let reads: FileReads
  /// Connections of all loops.
  let openConnections: SharedCount
  let overflowConnections: SharedCount
  var epoll: Epoll
  var connections = ConnectionTable()
  var now = Instant.now
  var headWriter = HeadWriter()
  var received = [UInt8](repeating: 0, count: 64 << 10)
  var listeners: [SharedListener]
  let sharesListeners: Bool
  var acceptsAgainAt: Instant?
  var stopsAt: Instant?
  private var nextTick = Instant.now
  /// Listeners that somebody connects to, in this turn.
  private var newcomers: [Int] = []

  private static let mailboxTag = UInt64.max
  /// Of the first listener; the others' are below it.
  private static let listenerTag = UInt64.max - 1
  private static let maxListeners = 1024

  private static func tag(ofListener index: Int) -> UInt64 { listenerTag - UInt64(index) }

  init(
    settings: LoopSettings, service: Service, listeners: [SharedListener], sharesListeners: Bool,
    shared: (
      mailbox: Mailbox, pool: WorkPool, reads: FileReads, open: SharedCount, overflow: SharedCount
    )
  ) throws(Errno) {
    self.settings = settings
    self.service = service
    self.listeners = listeners
    self.sharesListeners = sharesListeners
    (mailbox, pool, reads, openConnections, overflowConnections) = shared
    epoll = try Epoll()
    try epoll.add(mailbox.wake.number, .read, tag: Self.mailboxTag)
    try watchListeners()
  }

  /// Runs until it has been told to stop and the last connection is gone.
  func run() {
    while true {
      if let stopsAt, connections.count == 0 || stopsAt < now { break }
      let isQuiet = connections.count == 0 && acceptsAgainAt == nil && stopsAt == nil
      let count = epoll.wait(milliseconds: isQuiet ? 30_000 : 250)
      now = Instant.now
      service.turnBegan()
      newcomers.removeAll(keepingCapacity: true)
      var hasMail = false
      for index in 0..<count {
        let event = epoll.event(at: index)
        switch event.tag {
        case Self.mailboxTag: hasMail = true
        case (Self.tag(ofListener: Self.maxListeners)...Self.listenerTag):
          newcomers.append(Int(Self.listenerTag - event.tag))
        default:
          if let connection = connections[event.tag] { perform(event.interest, connection) }
        }
      }
      if hasMail { for message in mailbox.takeAll() { receive(message) } }
      for index in newcomers where index < listeners.count { accept(from: listeners[index]) }
      if nextTick <= now { tick() }
      service.turnEnded()
    }
    for connection in connections.all { close(connection) }
    service.turnEnded()
  }

  private func perform(_ event: Epoll.Interest, _ connection: Connection) {
    // Whoever still waits for a disk on its behalf will find the tag unknown.
    if !event.isDisjoint(with: .failed) {
      return act(connection.state.on(.failed, now: now), connection)
    }
    switch connection.state.phase {
    case .idle, .readingHead, .readingBody, .draining: readMore(connection)
    case .sending: continueSending(connection)
    case .waiting:
      act(connection.state.on(.ended, now: now), connection)
      watch(connection, [])
    case .fetching, .closed: break
    }
  }

  private func receive(_ message: LoopMessage) {
    switch message {
    case .delivered(let tag, let wait, let file, let delivery):
      guard let connection = connections[tag], connection.request != nil, connection.waits == wait
      else { return }
      connection.lookEnds = nil
      connection.request?.delivered[file] = delivery
      _ = connection.state.on(.sent, now: now)
      handle(connection)
      takeWaitingRequests(connection)
    case .sent(let tag, let result):
      if let connection = connections[tag] { sentByPool(result, connection) }
    case .worked(let tag, let result):
      guard let connection = connections[tag], connection.request != nil else { return }
      _ = connection.state.on(.sent, now: now)
      switch result {
      case .respond(let response): send(response, connection)
      case .handleAgain: handleAgain(connection)
      }
      takeWaitingRequests(connection)
    case .listen(let listener): listen(also: listener)
    case .stop:
      stopsAt = now.advanced(seconds: settings.deadlines.stopSeconds)
      // Those who have connected already are in flight: all that a backlog holds.
      for listener in listeners { accept(from: listener, atMost: 8192) }
      unwatchListeners()
      listeners = []
      for connection in connections.all {
        act(connection.state.on(.stopping, now: now), connection)
      }
    }
  }

  private func handleAgain(_ connection: Connection) {
    let rounds = connection.request?.rounds ?? 0
    connection.request?.rounds = rounds + 1
    if rounds < 16 { return handle(connection) }
    var response = Response.retryLater(seconds: 5, "what was asked for changes too often")
    response.event = Event(.unsettled)
    send(response, connection)
  }

  private func tick() {
    nextTick = now.advanced(milliseconds: 250)
    pool.relieve()
    for connection in connections.all {
      if case .draining = connection.state.phase { noteDelivery(connection) }
      tellProgress(connection)
      if let end = connection.lookEnds, end < now { endLook(connection) }
      if let deadline = connection.state.deadline, deadline < now {
        act(connection.state.on(.ticked, now: now), connection)
      }
    }
    if let again = acceptsAgainAt, again <= now {
      acceptsAgainAt = nil
      do throws(Errno) {
        try watchListeners()
      } catch {
        acceptsAgainAt = now.advanced(milliseconds: 250)
      }
    }
  }

  /// Goes on without what a disk did not say in time.
  private func endLook(_ connection: Connection) {
    connection.lookEnds = nil
    guard connection.request != nil else { return }
    connection.waits += 1
    connection.request?.isLate = true
    _ = connection.state.on(.sent, now: now)
    handle(connection)
    takeWaitingRequests(connection)
  }

  /// Gives a peer that is still taking a sent answer the time that any answer gets.
  private func noteDelivery(_ connection: Connection) {
    let unsent = connection.socket.unsentBytes
    if unsent > 0, unsent != connection.unsentBytes {
      _ = connection.state.on(.delivering, now: now)
    }
    connection.unsentBytes = unsent
  }

  /// Performs what the state machine decided.
  func act(_ action: ConnectionState.Action, _ connection: Connection) {
    switch action {
    case .none: break
    case .refuseAsTooSlow: refuse(.tooSlow, connection)
    case .refuseAsStuck: refuse(.stuck, connection)
    case .endSendingAndDrain:
      connection.socket.endSending()
      connection.input = []
      watch(connection, .read)
      readMore(connection)
    case .close: close(connection)
    }
  }

  func close(_ connection: Connection) {
    if connections[connection.tag] == nil { return }
    connections.remove(connection)
    (connection.isOverflow ? overflowConnections : openConnections).subtract()
    endTail(connection)
    if let outgoing = connection.outgoing {
      endFollowing(outgoing, connection)
      finish(outgoing, connection, isComplete: false)
      // A thread may still send from it; the descriptor goes with its last owner.
      connection.socket.abort()
      if connection.interest != nil { try? epoll.remove(connection.socket.descriptor.number) }
    }
    connection.outgoing = nil
    connection.request = nil
  }

  /// Watches for these events and error, and no others.
  func watch(_ connection: Connection, _ interest: Epoll.Interest) {
    if connection.interest == interest { return }
    let number = connection.socket.descriptor.number
    do throws(Errno) {
      if connection.interest == nil {
        try epoll.add(number, interest, tag: connection.tag)
      } else {
        try epoll.modify(number, interest, tag: connection.tag)
      }
      connection.interest = interest
    } catch {
      act(connection.state.on(.failed, now: now), connection)
    }
  }

  func watchListeners() throws(Errno) {
    let interest: Epoll.Interest = sharesListeners ? [.read, .exclusive] : .read
    for (index, shared) in listeners.enumerated() {
      try epoll.add(
        shared.listener.descriptor.number, interest, tag: Self.tag(ofListener: index))
    }
  }

  private func listen(also listener: SharedListener) {
    guard stopsAt == nil else { return }
    listeners.append(listener)
    // While accepting pauses, the listener is watched with the others when it goes on.
    if acceptsAgainAt != nil { return }
    do throws(Errno) {
      try epoll.add(
        listener.listener.descriptor.number, .read, tag: Self.tag(ofListener: listeners.count - 1))
    } catch {
      unwatchListeners()
      acceptsAgainAt = now.advanced(milliseconds: 250)
    }
  }

  func unwatchListeners() {
    for shared in listeners { try? epoll.remove(shared.listener.descriptor.number) }
  }
}

// HTTP/Server: accepting connections and reading requests.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

extension EventLoop {
  /// Accepts who waits, a bounded number at a time, and answers what came along.
  ///
  /// All that is answered was read before: what is looked up for the first of them is no older than the
  /// last one's request.
  func accept(from shared: SharedListener, atMost limit: Int = 64) {
    var asking: [Connection] = []
    acceptAll(from: shared, atMost: limit) { connection in
      if readFirst(connection) { asking.append(connection) }
    }
    if asking.isEmpty { return }
    service.turnBegan()
    for connection in asking { takeMoreRequests(connection) }
  }

  private func acceptAll(
    from shared: SharedListener, atMost limit: Int, _ body: (Connection) -> Void
  ) {
    for _ in 0..<limit {
      do throws(Errno) {
        let (socket, peer) = try shared.listener.accept()
        if let connection = beginConnection(socket, peer, isTrusted: shared.isTrusted) {
          body(connection)
        }
      } catch {
        switch error {
        case .wouldBlock: break
        case .connectionAborted: continue
        default:
          // Out of descriptors, most likely: let some go before the next try.
          unwatchListeners()
          acceptsAgainAt = now.advanced(milliseconds: 250)
        }
        return
      }
    }
  }

  /// - Returns: `nil` where there is no room: who connected was told so.
  private func beginConnection(
    _ socket: Socket, _ peer: SocketAddress, isTrusted: Bool
  ) -> Connection? {
    let hasRoom =
      openConnections.add(limit: settings.maxConnections)
      || endMostStalled() && openConnections.add(limit: settings.maxConnections)
    if !hasRoom, !overflowConnections.add(limit: settings.maxOverflow) {
      var head: [UInt8] = []
      headWriter.append(Self.isFull, contentLength: 0, request: (true, true), to: &head)
      _ = try? socket.send(head, 0..<head.count)
      return nil
    }
    let connection = connections.insert { tag in
      Connection(
        socket: socket, peer: peer, tag: tag,
        state: ConnectionState(deadlines: settings.deadlines, now: now),
        reader: RequestReader(limits: settings.limits))
    }
    connection.isOverflow = !hasRoom
    connection.isTrusted = isTrusted
    if hasRoom { return connection }
    answerAndDrain(Self.isFull, connection)
    return nil
  }

  private static var isFull: Response {
    var response = Response.retryLater(seconds: 2, "the server has no room for more connections")
    response.event = Event(.refused)
    return response
  }

  /// Ends the connection whose answer has not moved for longest, where that is long.
  private func endMostStalled() -> Bool {
    let stalled = connections.all.filter { $0.state.isStalled(now) }
    let longest = stalled.min { left, right in
      (left.state.deadline ?? now) < (right.state.deadline ?? now)
    }
    guard let longest, !longest.isOverflow else { return false }
    act(longest.state.on(.failed, now: now), longest)
    return true
  }

  /// Reads what came with a new connection.
  ///
  /// - Returns: whether anything did.
  private func readFirst(_ connection: Connection) -> Bool {
    guard let count = receive(connection) else { return false }
    connection.input = Array(received[..<count])
    return true
  }

  /// Reads once.
  ///
  /// - Returns: how many bytes of ``received``; `nil` where none came, and what follows from that is done.
  private func receive(_ connection: Connection) -> Int? {
    do throws(Errno) {
      let count = try connection.socket.receive(into: &received)
      if count > 0 { return count }
      act(connection.state.on(.ended, now: now), connection)
    } catch {
      if error == .wouldBlock {
        watch(connection, .read)
      } else {
        act(connection.state.on(.failed, now: now), connection)
      }
    }
    return nil
  }

  /// Reads once, then does all that can be done with what there is.
  func readMore(_ connection: Connection) {
    guard let count = receive(connection) else { return }
    if case .draining = connection.state.phase {
      watch(connection, .read)
      return act(connection.state.on(.dropped(count), now: now), connection)
    }
    if connection.input.isEmpty {
      let rest = takeRequests(from: received[..<count], connection)
      connection.input = rest
    } else {
      connection.input += received[..<count]
      takeMoreRequests(connection)
    }
  }

  /// Goes on with requests that came behind one that has been answered now.
  func takeWaitingRequests(_ connection: Connection) {
    if connection.outgoing == nil, connection.request == nil, !connection.input.isEmpty {
      takeMoreRequests(connection)
    }
  }

  private func takeMoreRequests(_ connection: Connection) {
    let input = connection.input
    connection.input = []
    let rest = takeRequests(from: input[...], connection)
    connection.input = rest
  }

  /// Takes requests until one cannot be finished at once.
  ///
  /// - Returns: the bytes not taken.
  private func takeRequests(
    from input: ArraySlice<UInt8>, _ connection: Connection
  ) -> [UInt8] {
    var input = input
    var isFollowing = false
    while connection.request == nil && connection.outgoing == nil {
      switch connection.state.phase {
      case .idle, .readingHead, .readingBody: break
      case .waiting, .fetching, .sending, .streaming, .draining, .closed: return Array(input)
      }
      let step: RequestReader.Step
      do throws(Refusal) {
        step = try connection.reader.next(&input, policy: service.bodyPolicy)
      } catch {
        refuse(error, connection)
        return []
      }
      switch step {
      case .needsMore(let begun):
        if begun != .nothing {
          _ = connection.state.on(begun == .head ? .headGrew : .bodyGrew, now: now)
        }
        watch(connection, .read)
        return Array(input)
      case .sendContinue:
        sendContinue(connection)
      case .request(let head, let body, let isUnread):
        // What was checked for an earlier request may have changed before this one was sent.
        if isFollowing { service.turnBegan() }
        isFollowing = true
        beginRequest(head, body, isUnread: isUnread, connection)
      }
    }
    // Behind an answer that goes on nothing is answered.
    return connection.outgoing?.stream == nil ? Array(input) : []
  }

  private func beginRequest(
    _ head: RequestHead, _ body: [UInt8], isUnread: Bool, _ connection: Connection
  ) {
    _ = connection.state.on(.requested(isLast: !head.keepsAlive, isUnread: isUnread), now: now)
    let none = SocketAddress(host: .none, port: 0)
    let local = head.authority.isEmpty ? connection.socket.localAddress : none
    var request = Request(
      head: head, local: local, peer: service.client(head, connection.peer))
    request.body = body
    request.isTrusted = connection.isTrusted
    connection.request = request
    connection.requestBegan = Instant.now
    handle(connection)
  }

  /// Asks the service, for the first time or again.
  func handle(_ connection: Connection) {
    guard let request = connection.request else { return }
    switch service.respond(request) {
    case .respond(let response): send(response, connection)
    case .wait(let file):
      _ = connection.state.on(.waits, now: now)
      watch(connection, .ended)
      connection.waits += 1
      if file.isLook {
        connection.lookEnds = now.advanced(seconds: settings.deadlines.lookSeconds)
      }
      let (mailbox, tag, wait) = (mailbox, connection.tag, connection.waits)
      reads.start(file) { mailbox.post(.delivered(tag: tag, wait: wait, file, $0)) }
    case .work(let work):
      _ = connection.state.on(.waits, now: now)
      watch(connection, .ended)
      let (mailbox, tag) = (mailbox, connection.tag)
      work { mailbox.post(.worked(tag: tag, $0)) }
    }
  }

  /// Answers a message that cannot be taken, and ends the connection with it.
  func refuse(_ refusal: Refusal, _ connection: Connection) {
    var response = Response.refusal(refusal)
    response.event = Event(.refused, ["error": .text(refusal.description)])
    answerAndDrain(response, connection)
  }

  private func answerAndDrain(_ response: Response, _ connection: Connection) {
    _ = connection.state.on(.requested(isLast: true, isUnread: true), now: now)
    connection.requestBegan = Instant.now
    // What still works for it comes too late.
    connection.request = nil
    send(response, connection)
  }

  private func sendContinue(_ connection: Connection) {
    let line = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    let sent = try? connection.socket.send(line, 0..<line.count)
    // Nothing is in front of it in the socket's buffer unless the peer reads nothing.
    if sent != line.count { act(connection.state.on(.failed, now: now), connection) }
  }
}

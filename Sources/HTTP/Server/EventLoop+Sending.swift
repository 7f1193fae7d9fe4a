// HTTP/Server: sending answers.
// SPDX-License-Identifier: Apache-2.0

import System

extension EventLoop {
  /// At most this much of a file goes out in one turn: fair to others, and still cheap.
  private static let slice: Int64 = 1 << 20
  /// An answer larger than this may still fill the socket's buffer when all of it is sent.
  private static let lingeringBytes: Int64 = 64 << 10
  /// What a thread of the pool reads and sends at a time, with others of the same file waiting.
  private static let slowSlice = 256 << 10

  /// Begins to send an answer, and sends all that the socket takes now.
  func send(_ response: consuming Response, _ connection: Connection) {
    endTail(connection)
    // Taken and put back, and so never copied: each of its parts would be counted once more.
    if let request = connection.request.take() {
      service.answering(request, connection.tag, &response)
      connection.request = consume request
    }
    let head = connection.reader.head
    let isHead = head?.method == .head
    let stream = isHead ? nil : response.stream
    if let stream { beginStream(stream, connection) }
    var front: [UInt8] = []
    front.reserveCapacity(1024)
    headWriter.append(
      response, contentLength: response.contentLength,
      request: (head?.isHTTP11 ?? true, connection.state.closesAfterAnswer), to: &front)
    let headLength = front.count
    let isBare = isHead || stream != nil || response.status.hasNoContent
    var pieces = isBare ? [] : response.body[...]
    // Content in memory goes out with the head; what is large is never copied, for many may ask for it.
    while case .bytes(let bytes)? = pieces.first, front.count + bytes.count < 64 << 10 {
      front += bytes
      pieces = pieces.dropFirst()
    }
    connection.outgoing = Outgoing(
      status: response.meantStatus ?? response.status, event: response.event,
      began: connection.requestBegan, follower: response.follower, front: front,
      headLength: headLength, pieces: pieces, stream: stream, isChunked: head?.isHTTP11 ?? true)
    _ = connection.state.on(.sent, now: now)
    pushOut(connection)
  }

  /// The socket takes more.
  func continueSending(_ connection: Connection) {
    pushOut(connection)
    takeWaitingRequests(connection)
  }

  func sentByPool(_ result: Result<Int, Errno>, _ connection: Connection) {
    guard connection.outgoing != nil else { return }
    switch result {
    case .success(let count) where count > 0:
      connection.outgoing?.advancePiece(by: Int64(count))
      _ = connection.state.on(.sent, now: now)
    case .failure(.wouldBlock):
      _ = connection.state.on(.sent, now: now)
      return watch(connection, .write)
    case .success, .failure:
      return act(connection.state.on(.failed, now: now), connection)
    }
    continueSending(connection)
  }

  /// Sends until the socket is full, the turn's share is used up, or all is out.
  private func pushOut(_ connection: Connection) {
    guard var outgoing = connection.outgoing else { return }
    connection.outgoing = nil
    var isBlocked = false
    var share = Self.slice
    do throws(Errno) {
      while !isBlocked, share > 0 {
        if outgoing.frontSent < outgoing.front.count {
          let rest = outgoing.frontSent..<outgoing.front.count
          let count = try connection.socket.send(
            outgoing.front, rest, more: !outgoing.pieces.isEmpty)
          outgoing.frontSent += count
          isBlocked = count < rest.count
          if outgoing.frontSent == outgoing.front.count, !outgoing.pieces.isEmpty {
            outgoing.fold()
          }
        } else if let piece = outgoing.pieces.first {
          switch piece {
          case .bytes(let bytes): outgoing.load(bytes)
          case .file(let file, let range):
            let count = try sendSlice(of: file, range, &outgoing, connection, share: share)
            guard let count else { return }
            share -= count
          }
        } else {
          let count = outgoing.stream == nil ? 0 : outgoing.refill()
          if count == 0 { break }
          share -= Int64(count)
        }
      }
    } catch {
      connection.outgoing = outgoing
      if error != .wouldBlock {
        return act(connection.state.on(.failed, now: now), connection)
      }
      isBlocked = true
    }
    if outgoing.frontSent == outgoing.front.count, outgoing.pieces.isEmpty {
      return outgoing.stream == nil
        ? answered(outgoing, connection) : pauseStream(outgoing, connection)
    }
    connection.outgoing = outgoing
    _ = connection.state.on(.sent, now: now)
    watch(connection, .write)
  }

  /// Sends some of a file, on this thread if no disk has to be waited for.
  ///
  /// - Returns: bytes sent; `nil` when a thread of the pool does it.
  private func sendSlice(
    of file: OpenFile, _ range: ByteRange, _ outgoing: inout Outgoing, _ connection: Connection,
    share: Int64
  ) throws(Errno) -> Int64? {
    let offset = range.first + outgoing.pieceSent
    let count = min(range.count - outgoing.pieceSent, share)
    guard file.isResident(count, at: offset, now: now) else {
      sendFromPool(file, at: offset, count: Int(min(count, Int64(Self.slowSlice))), connection)
      connection.outgoing = outgoing
      return nil
    }
    let sent = try connection.socket.send(file: file.descriptor, at: offset, count: Int(count))
    // The file has become shorter: only a broken connection says so.
    if sent == 0 { throw .invalid }
    outgoing.advancePiece(by: Int64(sent))
    return Int64(sent)
  }

  private func sendFromPool(
    _ file: OpenFile, at offset: Int64, count: Int, _ connection: Connection
  ) {
    _ = connection.state.on(.fetches, now: now)
    watch(connection, [])
    let (mailbox, tag, socket) = (mailbox, connection.tag, connection.socket)
    let lane = Lane.file(device: file.status.device, inode: file.status.inode)
    pool.submit(lane) {
      let result: Result<Int, Errno>
      do throws(Errno) {
        // The peer may have gone while others of the same file were served.
        if socket.isAborted { throw .brokenPipe }
        result = .success(try socket.send(file: file.descriptor, at: offset, count: count))
      } catch {
        result = .failure(error)
      }
      mailbox.post(.sent(tag: tag, result))
    }
  }

  private func answered(_ outgoing: Outgoing, _ connection: Connection) {
    finish(outgoing, connection, isComplete: true)
    connection.request = nil
    connection.reader.forgetHead()
    let lingers =
      stopsAt != nil || !connection.input.isEmpty || outgoing.sentBytes > Self.lingeringBytes
    let action = connection.state.on(.answered(lingers: lingers), now: now)
    beginTail(outgoing, connection, closes: action == .close)
    if action == .none { watch(connection, .read) }
    act(action, connection)
  }

  /// Reports an exchange to the service.
  func finish(_ outgoing: Outgoing, _ connection: Connection, isComplete: Bool) {
    service.finished(
      ExchangeRecord(
        head: connection.reader.head, peer: connection.request?.peer ?? connection.peer,
        status: outgoing.status,
        sentBytes: outgoing.sentBytes, isComplete: isComplete,
        microseconds: Instant.now.microseconds(since: outgoing.began), event: outgoing.event))
  }
}

extension Outgoing {
  /// Counts the content that went out with the head, and lets the bytes go.
  fileprivate mutating func fold() {
    contentSent += Int64(frontSent - headLength)
    headLength = 0
    front = []
    frontSent = 0
  }

  /// Takes a piece that is in memory to the front.
  fileprivate mutating func load(_ bytes: [UInt8]) {
    front = bytes
    frontSent = 0
    pieces = pieces.dropFirst()
  }
}

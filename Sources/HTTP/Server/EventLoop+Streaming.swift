// HTTP/Server: answers that go on.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

extension EventLoop {
  /// Takes the stream of an answer whose head is about to be written; it is the connection's last.
  func beginStream(_ stream: ResponseStream, _ connection: Connection) {
    _ = connection.state.on(.streams, now: now)
    stream.attach(mailbox, connection.tag)
    if stopsAt != nil { stream.cut() }
  }

  /// All that there was is out: waits for more, or for the peer to leave.
  func pauseStream(_ outgoing: Outgoing, _ connection: Connection) {
    connection.outgoing = outgoing
    if outgoing.stream?.hasNext ?? false {
      // Its share of this turn is used up.
      _ = connection.state.on(.sent, now: now)
      return watch(connection, .write)
    }
    _ = connection.state.on(.pauses, now: now)
    watch(connection, .ended)
  }

  /// Something has come for a stream.
  func receiveStreamed(_ connection: Connection) {
    guard let stream = connection.outgoing?.stream else { return }
    stream.wasHeard()
    if stream.isAborted { return act(connection.state.on(.failed, now: now), connection) }
    // Where the socket is full, it says when it is not.
    if connection.state.phase == .streaming { continueSending(connection) }
  }

  /// The server stops: streams end at once.
  func endStreams() {
    for connection in connections.all {
      guard let stream = connection.outgoing?.stream else { continue }
      stream.cut()
      continueSending(connection)
      // Nobody is waited for who has not read to the end.
      act(connection.state.on(.failed, now: now), connection)
    }
  }
}

extension Outgoing {
  /// Of a stream at most so much is taken at a time.
  private static let streamPiece = 64 << 10

  /// Takes more of the stream to the front, all of which is out.
  ///
  /// - Returns: how many bytes there are to send.
  mutating func refill() -> Int {
    guard let stream else { return 0 }
    contentSent += Int64(frontSent - headLength)
    (front, frontSent, headLength) = ([], 0, 0)
    switch stream.next(limit: Self.streamPiece) {
    case .nothing: break
    case .end:
      stream.close()
      self.stream = nil
      if isChunked { front = Array("0\r\n\r\n".utf8) }
    case .bytes(let pieces):
      let count = pieces.reduce(0) { $0 + $1.count }
      front.reserveCapacity(count + 12)
      if isChunked { front += (String(count, radix: 16) + "\r\n").utf8 }
      for piece in pieces { front += piece }
      if isChunked { front += "\r\n".utf8 }
    }
    return front.count
  }
}

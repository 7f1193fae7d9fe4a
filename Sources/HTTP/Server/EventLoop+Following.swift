// HTTP/Server: telling how far an answer has come.
// SPDX-License-Identifier: Apache-2.0

import System

/// An answer that the socket has taken whole, and the peer has not.
struct Tail {
  let follower: DeliveryProgress.Follower
  /// Content bytes.
  let sentBytes: Int64
}

extension EventLoop {
  /// Tells whoever follows this connection's answer what has arrived of it.
  func tellProgress(_ connection: Connection) {
    if let outgoing = connection.outgoing {
      guard let follower = outgoing.follower else { return }
      follower(progress(of: outgoing.sentBytes, connection, isOver: false))
    } else if let tail = connection.tail {
      let progress = progress(of: tail.sentBytes, connection, isOver: false)
      if progress.acknowledged == tail.sentBytes { return endTail(connection) }
      tail.follower(progress)
    }
  }

  /// The socket has taken all of an answer.
  ///
  /// - Parameter closes: the connection ends now; that is done with short answers, whose arrival nobody sees.
  func beginTail(_ outgoing: Outgoing, _ connection: Connection, closes: Bool) {
    guard let follower = outgoing.follower else { return }
    if closes { return follower(DeliveryProgress(acknowledged: outgoing.sentBytes, isOver: true)) }
    connection.tail = Tail(follower: follower, sentBytes: outgoing.sentBytes)
    if connection.socket.unsentBytes == 0 { endTail(connection) }
  }

  /// Nothing more is learnt of the last answer: the next one begins, or the connection ends.
  func endTail(_ connection: Connection) {
    guard let tail = connection.tail else { return }
    connection.tail = nil
    tail.follower(progress(of: tail.sentBytes, connection, isOver: true))
  }

  /// The connection ends with an answer under way.
  func endFollowing(_ outgoing: Outgoing, _ connection: Connection) {
    outgoing.follower?(progress(of: outgoing.sentBytes, connection, isOver: true))
  }

  private func progress(
    of sentBytes: Int64, _ connection: Connection, isOver: Bool
  ) -> DeliveryProgress {
    // Head and content are one stream: what is missing of it is its end.
    let socket = connection.socket
    return DeliveryProgress(
      acknowledged: max(0, sentBytes - Int64(socket.unsentBytes)),
      onWire: max(0, sentBytes - Int64(socket.queuedBytes)), isOver: isOver)
  }
}

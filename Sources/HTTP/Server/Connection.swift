// HTTP/Server: one connection, as its loop keeps it.
// SPDX-License-Identifier: Apache-2.0

import System

/// A connection's identity: its socket and what has not been read or sent yet.
///
/// Between requests it holds no buffer at all.
final class Connection {
  let socket: Socket
  let peer: SocketAddress
  /// Slot and generation: what events and messages carry.
  let tag: UInt64
  var state: ConnectionState
  var reader: RequestReader
  /// Received, but not taken: a part of a head, or requests behind the one being answered.
  var input: [UInt8] = []
  var request: Request?
  var requestBegan = Instant(nanoseconds: 0)
  var outgoing: Outgoing?
  /// Of the last answer, what is followed on its way.
  var tail: Tail?
  /// What epoll watches for; `nil` before it knows the socket.
  var interest: Epoll.Interest?
  /// Of a sent answer, what the peer had not taken when that was looked at last.
  var unsentBytes = 0
  /// Beyond the limit: only told so.
  var isOverflow = false
  var isTrusted = false
  /// Counts what was waited for: what comes too late is told apart by it.
  var waits: UInt64 = 0
  /// How long what is waited for now is worth it; `nil`: as long as the connection is.
  var lookEnds: Instant?

  init(
    socket: Socket, peer: SocketAddress, tag: UInt64, state: ConnectionState, reader: RequestReader
  ) {
    self.socket = socket
    self.peer = peer
    self.tag = tag
    self.state = state
    self.reader = reader
  }
}

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
  /// What epoll watches for; `nil` before it knows the socket.
  var interest: Epoll.Interest?
  /// Of a sent answer, what the peer had not taken when that was looked at last.
  var unsentBytes = 0
  /// Beyond the limit: only told so.
  var isOverflow = false
  var isTrusted = false

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

/// Connections by slot; a slot's generation tells a late event from one for its present owner.
struct ConnectionTable {
  private var slots: [Connection?] = []
  private var generations: [UInt32] = []
  private var free: [Int] = []
  private(set) var count = 0

  mutating func insert(_ make: (UInt64) -> Connection) -> Connection {
    let slot: Int
    if let reused = free.popLast() {
      slot = reused
    } else {
      slot = slots.count
      slots.append(nil)
      generations.append(0)
    }
    generations[slot] &+= 1
    let connection = make(UInt64(generations[slot]) << 32 | UInt64(slot))
    slots[slot] = connection
    count += 1
    return connection
  }

  subscript(tag: UInt64) -> Connection? {
    let slot = Int(tag & 0xffff_ffff)
    guard slot < slots.count, generations[slot] == UInt32(truncatingIfNeeded: tag >> 32) else {
      return nil
    }
    return slots[slot]
  }

  mutating func remove(_ connection: Connection) {
    guard self[connection.tag] != nil else { return }
    let slot = Int(connection.tag & 0xffff_ffff)
    slots[slot] = nil
    free.append(slot)
    count -= 1
  }

  /// All connections, as they are now.
  var all: [Connection] { slots.compactMap { $0 } }
}

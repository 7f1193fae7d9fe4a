// HTTP/Server: the connections of one loop.
// SPDX-License-Identifier: Apache-2.0

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

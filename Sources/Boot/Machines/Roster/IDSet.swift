// Boot/Machines/Roster: the machines that have one name.
// SPDX-License-Identifier: Apache-2.0

/// A set of IDs: small as a rule, and cheap to change where a name is everybody's.
struct IDSet: Sendable {
  private enum Kind {
    case few([MachineID])
    case many(ShardedDictionary<MachineID, Bool>)
  }

  private var kind = Kind.few([])
  private static let fewest = 24

  var count: Int {
    switch kind {
    case .few(let ids): ids.count
    case .many(let ids): ids.count
    }
  }

  var isEmpty: Bool { count == 0 }

  mutating func insert(_ id: MachineID) {
    switch kind {
    case .few(var ids):
      if ids.contains(id) { return }
      kind = .few([])
      ids.append(id)
      if ids.count <= Self.fewest {
        kind = .few(ids)
      } else {
        var all = ShardedDictionary<MachineID, Bool>()
        for id in ids { all[id] = true }
        kind = .many(all)
      }
    case .many(var ids):
      kind = .few([])
      ids[id] = true
      kind = .many(ids)
    }
  }

  mutating func remove(_ id: MachineID) {
    switch kind {
    case .few(var ids):
      kind = .few([])
      ids.removeAll { $0 == id }
      kind = .few(ids)
    case .many(var ids):
      kind = .few([])
      ids[id] = nil
      kind = ids.count <= Self.fewest / 2 ? .few(Array(ids.keys)) : .many(ids)
    }
  }

  /// Any of them, in no order.
  func first(_ count: Int) -> [MachineID] {
    switch kind {
    case .few(let ids): Array(ids.prefix(count))
    case .many(let ids): Array(ids.keys.prefix(count))
    }
  }
}

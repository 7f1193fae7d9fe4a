// Boot/Machines/Roster: records by one kind of name.
// SPDX-License-Identifier: Apache-2.0

/// Who has which name of a kind.
struct NameIndex<Key: Hashable & Sendable>: Sendable {
  private var holders = ShardedDictionary<Key, Holders>()
  /// Names that more than one record has, or had while somebody has them.
  private var sharedNames = 0

  var isEmpty: Bool { holders.isEmpty }

  subscript(key: Key) -> Holders { isEmpty ? .nobody : holders[key] ?? .nobody }
  subscript(key: Key?) -> Holders { key.map { self[$0] } ?? .nobody }

  /// Whether a record that has a name is the only one; no look-up while no name is shared.
  func isAlone(_ id: MachineID, with key: Key) -> Bool {
    sharedNames == 0 || self[key].isNobody(but: id)
  }

  mutating func add(_ id: MachineID, _ standing: Standing, _ keys: [Key]) {
    for key in keys {
      change(key) { $0.add(id, standing) }
    }
  }

  mutating func remove(_ id: MachineID, _ standing: Standing, _ keys: [Key]) {
    for key in keys {
      change(key) { $0.remove(id, standing) }
    }
  }

  private mutating func change(_ key: Key, _ body: (inout Holders) -> Void) {
    holders.change(key) { found in
      var all = found ?? .nobody
      found = nil
      if all.isShared { sharedNames -= 1 }
      body(&all)
      if all.isShared { sharedNames += 1 }
      if case .nobody = all { return }
      found = all
    }
  }

  /// Lets one record's names of this kind become others.
  mutating func replace(
    _ id: MachineID, _ old: (standing: Standing, keys: [Key])?,
    _ new: (standing: Standing, keys: [Key])?
  ) {
    if let old, let new, old == new { return }
    if let old { remove(id, old.standing, old.keys) }
    if let new { add(id, new.standing, new.keys) }
  }
}

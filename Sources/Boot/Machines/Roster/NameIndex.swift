// Boot/Machines/Roster: records by one kind of name.
// SPDX-License-Identifier: Apache-2.0

/// Who has which name of a kind.
struct NameIndex<Key: Hashable & Sendable>: Sendable {
  private var holders = ShardedDictionary<Key, Holders>()

  subscript(key: Key) -> Holders { holders[key] ?? .nobody }
  subscript(key: Key?) -> Holders { key.flatMap { holders[$0] } ?? .nobody }

  mutating func add(_ id: MachineID, _ standing: Standing, _ keys: [Key]) {
    for key in keys {
      holders.change(key) { found in
        var all = found ?? .nobody
        found = nil
        all.add(id, standing)
        found = all
      }
    }
  }

  mutating func remove(_ id: MachineID, _ standing: Standing, _ keys: [Key]) {
    for key in keys {
      holders.change(key) { found in
        guard var all = found else { return }
        found = nil
        all.remove(id, standing)
        if all.count > 0 { found = all }
      }
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

// Boot/Machines/Roster: who has a name.
// SPDX-License-Identifier: Apache-2.0

/// The records that have one name, by what they count.
enum Holders: Sendable {
  case nobody
  case one(MachineID, Standing)
  /// A set for each standing.
  case several([IDSet])

  var count: Int {
    switch self {
    case .nobody: 0
    case .one: 1
    case .several(let sets): sets.reduce(0) { $0 + $1.count }
    }
  }

  /// Whether several have the name, or had it.
  var isShared: Bool {
    if case .several = self { true } else { false }
  }

  /// Whether nobody has the name, or this machine alone.
  func isNobody(but id: MachineID) -> Bool {
    switch self {
    case .nobody: true
    case .one(let its, _): its == id
    case .several: false
    }
  }

  func count(_ standing: Standing) -> Int {
    switch self {
    case .nobody: 0
    case .one(_, let its): its == standing ? 1 : 0
    case .several(let sets): sets[standing.rawValue].count
    }
  }

  /// Some of a standing, all where there are no more than `limit`.
  func first(_ limit: Int, _ standing: Standing) -> [MachineID] {
    switch self {
    case .nobody: []
    case .one(let id, let its): its == standing ? [id] : []
    case .several(let sets): sets[standing.rawValue].first(limit)
    }
  }

  /// Some of any standing; those that are in use first.
  func first(_ limit: Int) -> [MachineID] {
    var ids: [MachineID] = []
    for standing in Standing.allCases where ids.count < limit {
      ids += first(limit - ids.count, standing)
    }
    return ids
  }

  mutating func add(_ id: MachineID, _ standing: Standing) {
    switch self {
    case .nobody: self = .one(id, standing)
    case .one(let other, let its):
      if other == id {
        self = .one(id, standing)
        return
      }
      var sets = Array(repeating: IDSet(), count: Standing.allCases.count)
      sets[its.rawValue].insert(other)
      sets[standing.rawValue].insert(id)
      self = .several(sets)
    case .several(var sets):
      self = .nobody
      sets[standing.rawValue].insert(id)
      self = .several(sets)
    }
  }

  mutating func remove(_ id: MachineID, _ standing: Standing) {
    switch self {
    case .nobody: break
    case .one(let other, _): if other == id { self = .nobody }
    case .several(var sets):
      self = .nobody
      sets[standing.rawValue].remove(id)
      if sets.allSatisfy(\.isEmpty) { return }
      self = .several(sets)
    }
  }
}

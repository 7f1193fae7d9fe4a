// Boot/Machines/Profiles: many profiles, for the choice among them.
// SPDX-License-Identifier: Apache-2.0

/// All profiles by name, and by what a machine must have to match them.
package struct ProfileIndex: Sendable {
  /// All profiles, in no order of importance.
  package let candidates: [Candidate]
  private var byName: [String: Int] = [:]
  private var byAnchor: [Anchor: [Int]] = [:]
  private var prefixLengths: [MatchRule.Key: Set<Int>] = [:]
  private var networkBits: Set<Int> = []
  /// Those that match, and have nothing to be looked up by.
  private var unanchored: [Int] = []
  /// In the order in which they are taken.
  private var takingAny: [Int] = []
  private var takingTheRest: Int?
  /// Why a profile cannot be had of which nothing is known: any machine may be its.
  private(set) var unreadable: String?

  /// - Parameter candidates: of different names.
  package init(_ candidates: [Candidate] = []) {
    var candidates = candidates
    let places = Dictionary(
      candidates.indices.map { (candidates[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    for index in candidates.indices where candidates[index].base != nil {
      candidates[index].installs = Self.installs(candidates[index]) { name in
        places[name].map { candidates[$0] }
      }
    }
    self.candidates = candidates
    for (index, candidate) in candidates.enumerated() {
      byName[candidate.name] = index
      if candidate.isForAnyone, unreadable == nil { unreadable = candidate.problem }
      if candidate.takesAny { takingAny.append(index) }
      if candidate.takesTheRest { takingTheRest = index }
      guard let match = candidate.match else { continue }
      guard let anchors = match.anchors else {
        unanchored.append(index)
        continue
      }
      for anchor in Set(anchors) { add(index, anchor) }
    }
    takingAny.sort { Selection.precedes(candidates[$0], candidates[$1]) }
  }

  /// Whether a profile installs, by itself or by one that it stands on; `nil`: not all of them can be read.
  private static func installs(_ candidate: Candidate, _ find: (String) -> Candidate?) -> Bool? {
    var (next, seen) = (candidate, Set<String>())
    while true {
      guard let own = next.installs, seen.insert(next.name).inserted else { return nil }
      // A preset has no installer.
      if own { return true }
      guard let base = next.base else { return false }
      guard let found = find(base) else { return Preset.named(base) == nil ? nil : false }
      next = found
    }
  }

  private mutating func add(_ index: Int, _ anchor: Anchor) {
    byAnchor[anchor, default: []].append(index)
    switch anchor {
    case .exact: break
    case .prefix(let key, let text): prefixLengths[key, default: []].insert(text.utf8.count)
    case .network(let network): networkBits.insert(network.bits)
    }
  }

  /// The profile of that name; `nil`: there is none.
  package subscript(name: String) -> Candidate? { byName[name].map { candidates[$0] } }
  subscript(name: String?) -> Candidate? { name.flatMap { self[$0] } }

  /// Of a profile that a machine has.
  package func facts(of name: String) -> ProfileFacts {
    guard let candidate = self[name] else {
      return ProfileFacts(installs: nil, problem: "there is no profiles/\(name).json")
    }
    return ProfileFacts(installs: candidate.installs, problem: candidate.problem)
  }

  /// Chooses as ``Selection/choose(for:among:count:)`` does, and asks only those that may match.
  ///
  /// - Parameter count: how many machines have a profile.
  package func choose(for machine: Machine, count: (String) -> Int) -> Choice {
    func isOpen(_ index: Int) -> Bool {
      guard let quantity = candidates[index].quantity else { return true }
      return count(candidates[index].name) < quantity
    }
    let matching = mayMatch(machine).filter(isOpen).map { candidates[$0] }
    if let choice = Selection.byMatch(machine, matching) { return choice }
    if let any = takingAny.first(where: isOpen) { return Selection.takingAny(candidates[any]) }
    guard let rest = takingTheRest, isOpen(rest) else { return .none }
    return Selection.takingTheRest(candidates[rest])
  }

  /// Every profile that matches a machine, and few others.
  private func mayMatch(_ machine: Machine) -> Set<Int> {
    var found = Set(unanchored)
    for key in MatchRule.Key.allCases {
      for value in MatchRule.values(key, of: machine) {
        found.formUnion(byAnchor[.exact(key, value)] ?? [])
        for length in prefixLengths[key] ?? [] where length <= value.utf8.count {
          let prefix = String(decoding: value.utf8.prefix(length), as: UTF8.self)
          found.formUnion(byAnchor[.prefix(key, prefix)] ?? [])
        }
      }
    }
    guard !networkBits.isEmpty, let address = machine.ip.flatMap({ IPNetwork($0.lowercased()) })
    else { return found }
    for bits in networkBits {
      guard let network = address.prefix(bits) else { continue }
      found.formUnion(byAnchor[.network(network)] ?? [])
    }
    return found
  }
}

// Boot/Machines/Profiles: which profile a machine gets.
// SPDX-License-Identifier: Apache-2.0

/// The rule by which profiles are given; ``ProfileIndex`` applies it to many.
package enum Selection {
  /// Chooses by specificity, then priority; full profiles are passed over.
  ///
  /// - Parameter count: how many machines have a profile.
  package static func choose(
    for machine: Machine, among candidates: [Candidate], count: (String) -> Int
  ) -> Choice {
    let open = candidates.filter { count($0.name) < $0.quantity ?? Int.max }
    if let choice = byMatch(machine, open) { return choice }
    if let any = open.filter(\.takesAny).min(by: precedes) { return takingAny(any) }
    return open.first(where: \.takesTheRest).map(takingTheRest) ?? .none
  }

  /// The best of those that match, all of which still have a place.
  static func byMatch(_ machine: Machine, _ open: [Candidate]) -> Choice? {
    let matching = open.compactMap { candidate in
      candidate.match?.weight(for: machine).map { (candidate: candidate, weight: $0) }
    }
    guard let best = matching.map(\.weight).max() else { return nil }
    let equals = matching.filter { $0.weight == best }.map(\.candidate)
    let ordered = equals.sorted(by: precedes)
    if equals.count > 1, equals.allSatisfy({ $0.priority == nil }) {
      return .tie(ordered.map(\.file))
    }
    return choice(ordered[0], why: "matches \(ordered[0].file)")
  }

  static func takingAny(_ candidate: Candidate) -> Choice {
    choice(candidate, why: "\(candidate.file) takes any machine")
  }

  static func takingTheRest(_ candidate: Candidate) -> Choice {
    choice(candidate, why: "\(candidate.file) takes what no other takes")
  }

  private static func choice(_ candidate: Candidate, why: String) -> Choice {
    candidate.problem.map { .broken($0) } ?? .profile(candidate.name, why: why)
  }

  static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
    let (first, second) = (left.priority ?? Int.max, right.priority ?? Int.max)
    return first == second ? left.name < right.name : first < second
  }
}

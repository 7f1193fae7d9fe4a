// Boot/Machines/Profiles: why a machine gets one profile and not another.
// SPDX-License-Identifier: Apache-2.0

extension ProfileIndex {
  /// A profile that was looked at for a machine.
  package struct Reason: Equatable, Sendable {
    /// Its name.
    package let profile: String
    /// Half a sentence: `matches`, `is full: 3 of 3 machines`.
    package let why: String

    init(_ candidate: Candidate, _ why: String) {
      profile = candidate.name
      self.why = why
    }
  }

  /// What each profile that could take machines by itself says of this one, those that match first.
  ///
  /// - Parameters:
  ///   - count: how many machines have a profile.
  ///   - limit: of those that do not match.
  package func reasons(
    for machine: Machine, limit: Int = 20, count: (String) -> Int
  ) -> [Reason] {
    var matching: [(Candidate, MatchRule.Weight)] = []
    var full: [Reason] = []
    var any: [Reason] = []
    var others: [Reason] = []
    for candidate in candidates {
      let taken = count(candidate.name)
      let isFull = taken >= candidate.quantity ?? Int.max
      let quantity = candidate.quantity ?? 0
      if let match = candidate.match {
        if let weight = match.weight(for: machine) {
          if isFull {
            full.append(Reason(candidate, "matches, and is full: \(taken) of \(quantity) machines"))
          } else {
            matching.append((candidate, weight))
          }
        } else if others.count < limit {
          others.append(Reason(candidate, match.unmet(by: machine)))
        }
      } else if candidate.takesAny || candidate.takesTheRest {
        let what = candidate.takesAny ? "takes any machine" : "takes what no other takes"
        any.append(
          Reason(candidate, isFull ? "\(what), and is full: \(taken) of \(quantity)" : what))
      } else if candidate.isForAnyone {
        any.append(Reason(candidate, candidate.problem ?? "cannot be read"))
      }
    }
    let best = matching.map(\.1).max()
    let sorted = matching.sorted { Selection.precedes($0.0, $1.0) }
    let found = sorted.map { (candidate, weight) in
      Reason(candidate, Self.says(candidate, isBest: weight == best))
    }
    return found + full + any + others
  }

  /// What a person may choose from, by priority and name.
  package var menu: [MenuScript.Item] {
    candidates.filter { !$0.menu.isEmpty && $0.problem == nil }.sorted(by: Selection.precedes).map {
      MenuScript.Item(profile: $0.name, text: $0.menu)
    }
  }

  private static func says(_ candidate: Candidate, isBest: Bool) -> String {
    let priority = candidate.priority.map { ", with priority \($0)" } ?? ""
    let problem = candidate.problem.map { ", and cannot be used: \($0)" } ?? ""
    return (isBest ? "matches" : "matches, less precisely than another") + priority + problem
  }
}

extension MatchRule {
  /// What a machine lacks.
  func unmet(by machine: Machine) -> String {
    for (key, values) in patterns {
      let told = Self.values(key, of: machine)
      if told.contains(where: { text in values.contains { $0.match(text) != nil } }) { continue }
      return told.isEmpty
        ? "asks for a \(key.rawValue), and the machine has none"
        : "asks for another \(key.rawValue)"
    }
    return "does not match"
  }

  /// The same text for rules that ask for the same machines.
  package var sameness: String {
    patterns.map { (key, values) in
      "\(key.rawValue)=" + values.map { "\($0)" }.sorted().joined(separator: ",")
    }.joined(separator: ";")
  }
}

// BootServer/Check: which machine gets which profile.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

extension DataCheck {
  /// Ties, profiles that no machine can ever get, and quantities that are exceeded.
  mutating func checkChoice() {
    var byMatch: [(Candidate, MatchRule)] = []
    for candidate in profiles.candidates {
      let taken = snapshot.roster.count(profile: candidate.name)
      if let quantity = candidate.quantity, taken > quantity {
        add(
          candidate, "quantity", "quantity-exceeded",
          "\(taken) machines have this profile, and its quantity is \(quantity)")
      } else if candidate.quantity == 0 {
        add(
          candidate, "quantity", "unreachable",
          "no machine can get this profile: its quantity is 0")
      }
      if let match = candidate.match { byMatch.append((candidate, match)) }
    }
    checkEquals(byMatch)
    for id in snapshot.roster.all {
      guard let name = id.machine.profile, profiles[name] == nil else { continue }
      found.add(
        Finding(
          file: "profiles/\(name).json", nil, .error, "missing-profile",
          "is not there, and machine \(id.machine.id) has this profile"))
    }
  }

  /// Profiles that ask for the very same machines.
  private mutating func checkEquals(_ byMatch: [(Candidate, MatchRule)]) {
    var groups: [String: [Candidate]] = [:]
    for (candidate, match) in byMatch { groups[match.sameness, default: []].append(candidate) }
    for group in groups.values where group.count > 1 {
      let sorted = group.sorted { $0.name < $1.name }
      if sorted.allSatisfy({ $0.priority == nil }) {
        for (candidate, other) in zip(sorted.dropFirst(), sorted) {
          add(
            candidate, "match", "tie",
            "asks for the same machines as \(other.file), so they are held; give one a \"priority\""
          )
        }
        continue
      }
      let ordered = sorted.sorted { $0.priority ?? Int.max < $1.priority ?? Int.max }
      for (candidate, other) in zip(ordered.dropFirst(), ordered) where other.quantity == nil {
        add(
          candidate, "match", "unreachable",
          "no machine can get this profile: \(other.file) asks for the same ones, comes first and takes"
            + " any number")
      }
    }
  }

  private mutating func add(
    _ candidate: Candidate, _ key: String, _ rule: String, _ sentence: String
  ) {
    let place = read(candidate.file).flatMap { ProfilePlaces.value(key, in: $0) }
    found.add(Finding(file: candidate.file, place, .warning, rule, sentence))
  }
}

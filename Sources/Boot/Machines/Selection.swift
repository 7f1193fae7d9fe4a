// Boot/Machines: which profile a machine gets.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What the choice of a profile needs to know of it.
package struct Candidate: Equatable, Sendable {
  package let name: String
  /// As messages name it: `profiles/core.json`.
  package let file: String
  package var match: MatchRule?
  /// Machines it takes at most; `nil`: any number.
  package var quantity: Int?
  /// Among equals the lower one is taken first.
  package var priority: Int?
  /// `nil` where the profile cannot be read.
  package var installs: Bool?
  package var etcdCluster = "default"
  /// Why the profile cannot be used.
  package var problem: String?
  private var hasQuantity = false

  /// Reads a profile's file as far as it can be read.
  ///
  /// A profile that is broken elsewhere still says whom it is for: its machines wait for it to be
  /// mended, and are not given to another.
  package init(name: String, parsing bytes: [UInt8]) {
    self.name = name
    file = "profiles/\(name).json"
    do throws(BootError) {
      let profile = try Profile(parsing: bytes, file: file)
      match = profile.match
      quantity = profile.quantity
      hasQuantity = quantity != nil
      priority = profile.priority
      installs = profile.install != nil
      if !profile.etcdCluster.isEmpty { etcdCluster = profile.etcdCluster }
    } catch {
      problem = error.description
      guard let value = try? JSONReader.read(bytes), case .object(let members) = value else {
        return
      }
      for member in members where member.value != .null {
        switch Profile.folded(member.name) {
        case "match": match = try? MatchRule(member.value, file: file)
        case "quantity": hasQuantity = true
        default: break
        }
      }
    }
  }

  /// Whom a file was for before it became unreadable; it may be half-written.
  package mutating func inherit(from old: Candidate?) {
    guard let old, problem != nil, match == nil, !hasQuantity else { return }
    match = old.match
    hasQuantity = old.hasQuantity
  }

  /// A profile whose file cannot be had.
  package init(name: String, problem: String) {
    self.name = name
    file = "profiles/\(name).json"
    self.problem = problem
  }

  /// Whether it takes machines that match nothing.
  var takesAny: Bool { match == nil && hasQuantity && name != Self.fallback }

  /// Takes what no other takes.
  static let fallback = "default"
}

/// What the choice comes to.
package enum Choice: Equatable, Sendable {
  case profile(String, why: String)
  /// No profile takes the machine.
  case none
  /// Several profiles ask for it with the same right: their files.
  case tie([String])
  /// The one that would take it cannot be used.
  case broken(String)
  /// It may be a machine that has a profile already, with another UUID: MAC and serial are that one's.
  case resembles(MachineID)
}

package enum Selection {
  /// Chooses by specificity, then priority; full profiles are passed over.
  ///
  /// - Parameter count: how many machines have a profile.
  package static func choose(
    for machine: Machine, among candidates: [Candidate], count: (String) -> Int
  ) -> Choice {
    let open = candidates.filter { count($0.name) < $0.quantity ?? Int.max }
    let matching = open.compactMap { candidate in
      candidate.match?.weight(for: machine).map { (candidate: candidate, weight: $0) }
    }
    if let best = matching.map(\.weight).max() {
      let equals = matching.filter { $0.weight == best }.map(\.candidate)
      let ordered = equals.sorted(by: precedes)
      if equals.count > 1, equals.allSatisfy({ $0.priority == nil }) {
        return .tie(ordered.map(\.file))
      }
      return choice(ordered[0], why: "matches \(ordered[0].file)")
    }
    if let any = open.filter(\.takesAny).min(by: precedes) {
      return choice(any, why: "\(any.file) takes any machine")
    }
    if let fallback = open.first(where: { $0.name == Candidate.fallback && $0.match == nil }) {
      return choice(fallback, why: "\(fallback.file) takes what no other takes")
    }
    return .none
  }

  private static func choice(_ candidate: Candidate, why: String) -> Choice {
    candidate.problem.map { .broken($0) } ?? .profile(candidate.name, why: why)
  }

  private static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
    let (first, second) = (left.priority ?? Int.max, right.priority ?? Int.max)
    return first == second ? left.name < right.name : first < second
  }
}

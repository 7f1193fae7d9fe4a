// BootServerTests/Crash: what one machine knows of its own record.
// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import Boot

/// A record, as far as its machine can tell what it must be.
struct StormFact: Hashable, CustomStringConvertible {
  var state: MachineState
  var generation: Int
  /// What a person wrote into it last, counted; 0: nothing.
  var note: Int

  var description: String { "\(state) of generation \(generation), note \(note)" }
}

/// What a machine asks for, again and again until it is acknowledged.
struct StormRequest {
  /// For its history.
  let what: String
  /// What it does to a record, where it happens: also that it does not.
  let effect: (StormFact?) -> [StormFact?]
  /// What its record is once it is acknowledged.
  let isSo: (StormFact?) -> Bool

  init(
    _ what: String, effect: @escaping (StormFact?) -> [StormFact?],
    isSo: @escaping (StormFact?) -> Bool
  ) {
    self.what = what
    self.effect = effect
    self.isSo = isSo
  }
}

/// What a machine was told, and what its record may be therefore.
struct StormKnowledge {
  /// What may be found: what was acknowledged or seen last, and what was asked for since. `nil` in it:
  /// there is no record.
  private(set) var possible: Set<StormFact?> = [nil]
  /// What a request that is asked again and again does to a record.
  private var pending: ((StormFact?) -> [StormFact?])?
  /// The profile that its record was seen to have.
  private var profile: String?
  private(set) var history: [String] = []
  private var waitsSince = Date()
  private var refusals = 0

  private static let mostHistory = 40

  mutating func tell(_ event: String) {
    history.append(event)
    if history.count > Self.mostHistory { history.removeFirst() }
  }

  /// A request is about to be sent, until it is acknowledged.
  mutating func ask(_ effect: @escaping (StormFact?) -> [StormFact?]) {
    pending = effect
    possible.formUnion(possible.flatMap(effect))
    (waitsSince, refusals) = (Date(), 0)
  }

  /// The request that was asked is acknowledged: what it leads to is so.
  ///
  /// - Returns: `false` where that is not possible.
  mutating func acknowledge(_ isSo: (StormFact?) -> Bool) -> Bool {
    pending = nil
    possible = possible.filter(isSo)
    if possible == [nil] { profile = nil }
    return !possible.isEmpty
  }

  /// Nobody waits for the answer any more.
  mutating func hangUp() { pending = nil }

  /// Its record as it is on the disk; it must be that from here on.
  ///
  /// - Returns: what is wrong with it.
  mutating func see(_ fact: StormFact?, profile seen: String?) -> String? {
    guard possible.contains(fact) else {
      let may = possible.map { $0?.description ?? "gone" }.sorted().joined(separator: " or ")
      return "it is \(fact?.description ?? "gone"), and can only be \(may)"
    }
    possible = [fact]
    if let pending { possible.formUnion(pending(fact)) }
    if fact == nil { profile = nil }
    if let profile, let seen, profile != seen {
      return "its profile was \(profile), and is \(seen)"
    }
    profile = seen
    return nil
  }

  /// The server answered, and not with what was asked for.
  ///
  /// - Returns: whether it has waited for too long.
  mutating func isRefused(limit: Double) -> Bool {
    refusals += 1
    guard refusals > 5, Date().timeIntervalSince(waitsSince) > limit else { return false }
    (waitsSince, refusals) = (Date(), 0)
    return true
  }
}

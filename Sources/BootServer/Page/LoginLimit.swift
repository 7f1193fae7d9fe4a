// BootServer/Page: wrong tokens slow down who sends them.
// SPDX-License-Identifier: Apache-2.0

import System

/// The wrong tries of the last minute, as a value with no clock inside.
///
/// Five from one address, or 50 over all, and the next try has to wait for at most 30 s. As nobody is
/// heard who has to wait, no more than 50 tries are ever kept.
struct LoginLimit: Sendable {
  private struct Try {
    let from: Source
    let time: Instant
  }

  /// An IPv4 address, or the first half of an IPv6 one: one customer has all of a /64.
  enum Source: Hashable, Sendable {
    case v4(UInt32)
    case v6(UInt64)
    case other

    init(_ address: SocketAddress) {
      switch address.host {
      case .v4(let address): self = .v4(address)
      case .v6(let high, _, _): self = .v6(high)
      case .local, .none: self = .other
      }
    }
  }

  private static let mostOfOne = 5
  private static let mostOfAll = 50
  private static let window = 60
  private static let wait = 30

  /// The latest last.
  private var wrong: [Try] = []

  /// How long this one has to wait; `nil`: not at all.
  mutating func secondsToWait(_ source: Source, now: Instant) -> Int? {
    wrong.removeAll { $0.time.advanced(seconds: Self.window) <= now }
    let own = wrong.filter { $0.from == source }
    let waits = [Self.end(own, most: Self.mostOfOne), Self.end(wrong, most: Self.mostOfAll)]
    guard let end = waits.compactMap(\.self).max(), now < end else { return nil }
    return (end.microseconds(since: now) + 999_999) / 1_000_000
  }

  /// When the wait ends: 30 s after the last try, or sooner where the minute is over.
  private static func end(_ tries: [Try], most: Int) -> Instant? {
    guard tries.count >= most, let last = tries.last else { return nil }
    let first = tries[tries.count - most]
    return min(last.time.advanced(seconds: wait), first.time.advanced(seconds: window))
  }

  mutating func addWrong(_ source: Source, now: Instant) {
    wrong.append(Try(from: source, time: now))
  }
}

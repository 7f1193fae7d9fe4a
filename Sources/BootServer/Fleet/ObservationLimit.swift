// BootServer/Fleet: how often what strangers say is written down.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Lets what a boot tells of a known machine be written down now and then, not at every request.
///
/// Nobody proves who they are when a machine boots. Whoever says something new of known machines at
/// every request would keep the disk busy for nothing: a machine is heard once in ten seconds, and all
/// together a hundred times a second. What is not heard now is told again at the next boot.
struct ObservationLimit {
  static let secondsApart = 10
  static let mostASecond = 100
  private static let capacity = 10_000

  private var heard: [MachineID: Instant] = [:]
  private var second = Instant(nanoseconds: 0)
  private var count = 0

  mutating func allows(_ id: MachineID, at now: Instant) -> Bool {
    if let last = heard[id], now < last.advanced(seconds: Self.secondsApart) { return false }
    if second.advanced(seconds: 1) < now { (second, count) = (now, 0) }
    guard count < Self.mostASecond else { return false }
    if heard.count >= Self.capacity {
      heard = heard.filter { now < $0.value.advanced(seconds: Self.secondsApart) }
      guard heard.count < Self.capacity else { return false }
    }
    count += 1
    heard[id] = now
    return true
  }
}

// BootServer/Boots: the two clocks of a boot.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// Now, by both clocks: people read the one, and durations are measured by the other.
struct BootTime {
  let instant: Instant
  /// Milliseconds since 1970.
  let wall: Int64

  static var now: BootTime {
    let wall = WallClock.now
    return BootTime(
      instant: .now, wall: Int64(wall.seconds) * 1000 + Int64(wall.nanoseconds / 1_000_000))
  }

  /// `2026-11-28T02:30:00.123Z`, as log lines have it.
  static func text(wall: Int64) -> String {
    let milliseconds = String(wall % 1000 + 1000).dropFirst()
    return CivilTime(Int(wall / 1000)).text + ".\(milliseconds)Z"
  }

  /// Reads what ``text(wall:)`` writes.
  static func wall(_ text: String) -> Int64? {
    guard let seconds = Timestamp(text)?.seconds else { return nil }
    let fraction = text.split(separator: ".").dropFirst().first?.prefix(3) ?? "0"
    return Int64(seconds) * 1000 + (Int64(fraction) ?? 0)
  }
}

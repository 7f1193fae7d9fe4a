// BootServer/Images: when a server follows channels.
// SPDX-License-Identifier: Apache-2.0

import Text

/// How often, and at which time of day.
package struct UpdatePlan: Equatable, Sendable {
  /// Seconds from one look to the next; 0: never.
  package var seconds = 0
  /// Minutes since midnight, local time, from and to; it may go over midnight. `nil`: at any time.
  package var window: (from: Int, to: Int)?

  /// Never.
  package init() {}

  /// Whether both say the same.
  package static func == (left: UpdatePlan, right: UpdatePlan) -> Bool {
    left.seconds == right.seconds && left.window?.from == right.window?.from
      && left.window?.to == right.window?.to
  }

  /// Whether a time of day is in the window; one that ends where it begins is the whole day.
  func allows(minute: Int) -> Bool {
    guard let window, window.from != window.to else { return true }
    return window.from < window.to
      ? (window.from..<window.to).contains(minute)
      : minute >= window.from || minute < window.to
  }

  /// Seconds until the next look.
  ///
  /// - Parameters:
  ///   - failures: in a row so far: after each the pause doubles, from a minute up to the interval.
  ///   - random: from 0 to 1: up to a tenth of the interval is left out.
  func pause(failures: Int, random: Double) -> Double {
    let whole = failures == 0 ? seconds : min(seconds, 60 << min(failures - 1, 20))
    return Double(whole) * (1 - random / 10)
  }

  /// `24h`, `30m`, `90s`, `7d`; a number alone is seconds; 0 is never.
  static func seconds(_ text: String) throws(UsageError) -> Int {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Int(unit == nil ? text : String(text.dropLast())), number >= 0,
      number <= 366 * 86400 / (unit ?? 1)
    else { throw UsageError("'\(text)' is no time such as 24h or 30m") }
    return number * (unit ?? 1)
  }

  /// `02:00-05:00`.
  static func window(_ text: String) throws(UsageError) -> (from: Int, to: Int) {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { minute($0) }
    guard ends.count == 2, let from = ends[0], let to = ends[1] else {
      throw UsageError("'\(text)' is no window such as 02:00-05:00")
    }
    return (from, to)
  }

  private static func minute(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
      let hour = ASCII.number(parts[0].utf8), let minute = ASCII.number(parts[1].utf8), hour < 24,
      minute < 60
    else { return nil }
    return hour * 60 + minute
  }
}

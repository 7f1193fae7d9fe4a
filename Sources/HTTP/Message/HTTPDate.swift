// HTTP/Message: dates.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Dates as HTTP writes them (RFC 9110 section 5.6.7).
package enum HTTPDate {
  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `Thu, 19 Jun 2014 12:00:00 GMT`.
  ///
  /// - Parameter seconds: since 1970, UTC.
  package static func format(_ seconds: Int) -> String {
    // The years 0 to 9999, which the form has room for.
    let time = CivilTime(min(max(seconds, -62_167_219_200), 253_402_300_799))
    let day = days[time.weekday]
    let clock = "\(two(time.hour)):\(two(time.minute)):\(two(time.second))"
    let year = String("000\(time.year)".suffix(4))
    return "\(day), \(two(time.day)) \(months[time.month - 1]) \(year) \(clock) GMT"
  }

  /// Reads the one form that may be sent and the two that were.
  ///
  /// - Returns: seconds since 1970; `nil` for anything else, which means: ignore the field.
  package static func parse(_ bytes: some Sequence<UInt8>) -> Int? {
    let words = String(decoding: Array(bytes), as: UTF8.self)
      .split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
    if words.count == 6, words[5] == "GMT" {
      return seconds(day: words[1], month: words[2], year: words[3], clock: words[4])
    }
    // Sunday, 06-Nov-94 08:49:37 GMT
    if words.count == 4, words[3] == "GMT" {
      let date = words[1].split(separator: "-").map(String.init)
      guard date.count == 3, date[2].utf8.count == 2, let short = Int(date[2]) else { return nil }
      let year = short < 70 ? 2000 + short : 1900 + short
      return seconds(day: date[0], month: date[1], year: "\(year)", clock: words[2])
    }
    // Sun Nov  6 08:49:37 1994
    if words.count == 5 {
      return seconds(day: words[2], month: words[1], year: words[4], clock: words[3])
    }
    return nil
  }

  private static func seconds(day: String, month: String, year: String, clock: String) -> Int? {
    let time = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard time.count == 3, time.allSatisfy({ $0.utf8.count == 2 }), year.utf8.count == 4,
      let hour = ASCII.number(time[0].utf8), let minute = ASCII.number(time[1].utf8),
      let second = ASCII.number(time[2].utf8), let day = ASCII.number(day.utf8),
      let month = months.firstIndex(of: month), let year = ASCII.number(year.utf8),
      hour < 24, minute < 60, second < 61, (1...31).contains(day)
    else { return nil }
    return CivilTime.days(year: year, month: month + 1, day: day) * 86400 + hour * 3600
      + minute * 60 + second
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

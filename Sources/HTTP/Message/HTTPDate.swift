// HTTP/Message: dates.
// SPDX-License-Identifier: Apache-2.0

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

/// A point in time on the Gregorian calendar, UTC.
package struct CivilTime: Equatable, Sendable {
  package let year: Int
  /// 1 to 12.
  package let month: Int
  package let day: Int
  package let hour: Int
  package let minute: Int
  package let second: Int
  /// 0 is Sunday.
  package let weekday: Int

  /// - Parameter seconds: since 1970.
  package init(_ seconds: Int) {
    let (days, rest) = (seconds.flooredQuotient(86400), seconds.flooredRemainder(86400))
    (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
    weekday = (days + 4).flooredRemainder(7)
    // Years that begin on 1 March put the leap day last: eras of 400 years, 146,097 days.
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(146_097)
    let dayOfEra = shifted.flooredRemainder(146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days from 1970-01-01 to a date.
  package static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year.flooredQuotient(400)
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension Int {
  fileprivate func flooredQuotient(_ divisor: Int) -> Int {
    self % divisor < 0 ? self / divisor - 1 : self / divisor
  }

  fileprivate func flooredRemainder(_ divisor: Int) -> Int {
    self - flooredQuotient(divisor) * divisor
  }
}

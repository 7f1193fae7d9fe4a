// Text: the calendar.
// SPDX-License-Identifier: Apache-2.0

/// A point in time on the Gregorian calendar, UTC.
package struct CivilTime: Equatable, Sendable {
  /// Of the Gregorian calendar: 2026.
  package let year: Int
  /// 1 to 12.
  package let month: Int
  /// Of the month, from 1.
  package let day: Int
  /// 0 to 23.
  package let hour: Int
  /// 0 to 59.
  package let minute: Int
  /// 0 to 59; there are no leap seconds.
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

  /// `2026-11-21T12:00:00`, as RFC 3339 has it without its zone.
  package var text: String {
    let two = [month, day, hour, minute, second].map { $0 < 10 ? "0\($0)" : "\($0)" }
    let year = (0..<1000).contains(year) ? String("000\(year)".suffix(4)) : "\(year)"
    return "\(year)-\(two[0])-\(two[1])T\(two[2]):\(two[3]):\(two[4])"
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
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}

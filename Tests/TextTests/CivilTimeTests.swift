// TextTests: the calendar.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("The calendar")
struct CivilTimeTests {
  /// Counted month by month, by the rule of Gregory XIII and nothing else.
  @Test func `has every month of 1970 to 9999 where it belongs`() {
    var days = 0
    for year in 1970...9999 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      for (index, length) in lengths.enumerated() {
        let first = CivilTime(days * 86400)
        let last = CivilTime((days + length) * 86400 - 1)
        let isRight =
          (first.year, first.month, first.day) == (year, index + 1, 1)
          && (last.year, last.month, last.day) == (year, index + 1, length)
          && (last.hour, last.minute, last.second) == (23, 59, 59)
          && first.weekday == (days + 4) % 7
          && CivilTime.days(year: year, month: index + 1, day: 1) == days
          && CivilTime.days(year: year, month: index + 1, day: length) == days + length - 1
        guard isRight else {
          Issue.record("\(year)-\(index + 1): \(first), \(last)")
          return
        }
        days += length
      }
    }
    #expect(days * 86400 == 253_402_300_800)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00", 4), (951_782_399, "2000-02-28T23:59:59", 1),
    (951_782_400, "2000-02-29T00:00:00", 2),
    (1_709_164_800, "2024-02-29T00:00:00", 4), (4_107_542_400, "2100-03-01T00:00:00", 1),
    (1_795_262_400, "2026-11-21T12:00:00", 6), (253_402_300_799, "9999-12-31T23:59:59", 5),
  ])
  func `writes and weighs these seconds`(seconds: Int, text: String, weekday: Int) {
    #expect(CivilTime(seconds).text == text)
    #expect(CivilTime(seconds).weekday == weekday)
  }

  /// A machine whose battery is empty, and one whose clock runs ahead.
  @Test(arguments: [
    (-1, "1969-12-31T23:59:59"), (-2_208_988_800, "1900-01-01T00:00:00"),
    (-62_135_596_800, "0001-01-01T00:00:00"),
    (-62_167_219_201, "-1-12-31T23:59:59"), (253_402_300_800, "10000-01-01T00:00:00"),
    (64_092_211_200, "4001-01-01T00:00:00"),
  ])
  func `goes on where clocks are centuries away`(seconds: Int, text: String) {
    #expect(CivilTime(seconds).text == text)
  }

  @Test(arguments: [Int.min, Int.max]) func `has a date for every number`(seconds: Int) {
    let time = CivilTime(seconds)
    #expect(
      (1...12).contains(time.month) && (1...31).contains(time.day) && (0..<7).contains(time.weekday)
    )
    #expect(time.year > 292_000_000_000 || time.year < -292_000_000_000)
  }
}

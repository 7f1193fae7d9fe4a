// Boot/Machines: points in time in a record.
// SPDX-License-Identifier: Apache-2.0

/// A second, UTC; written as RFC 3339 has it: `2026-11-21T12:00:00Z`.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Since 1970.
  package let seconds: Int

  package init(seconds: Int) { self.seconds = min(max(seconds, 0), 253_402_300_799) }

  /// Reads the form with `Z`; a fraction of a second is dropped.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 35, bytes.last == UInt8(ascii: "Z"),
      bytes[4] == 0x2d, bytes[7] == 0x2d, bytes[10] == UInt8(ascii: "T"), bytes[13] == 0x3a,
      bytes[16] == 0x3a, bytes.count == 20 || bytes[19] == UInt8(ascii: ".")
    else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      bytes[range].allSatisfy { (0x30...0x39).contains($0) }
        ? Int(String(decoding: bytes[range], as: UTF8.self)) : nil
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      bytes.count == 20 || number(20..<bytes.count - 1) != nil,
      (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24,
      minute < 60, second < 61
    else { return nil }
    let days = Self.days(year: year, month: month, day: day)
    self.init(seconds: days * 86400 + hour * 3600 + minute * 60 + second)
  }

  package var description: String {
    let (days, rest) = (seconds / 86400, seconds % 86400)
    let (year, month, day) = Self.date(days: days)
    let clock = [rest / 3600, rest / 60 % 60, rest % 60].map(Self.two).joined(separator: ":")
    return "\(year)-\(Self.two(month))-\(Self.two(day))T\(clock)Z"
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.seconds < right.seconds
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// Days since 1970; years begin in March, so that a leap day is a year's last.
  private static func days(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
  }

  private static func date(days: Int) -> (Int, Int, Int) {
    let days = days + 719_468
    let (era, dayOfEra) = (days / 146_097, days % 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}

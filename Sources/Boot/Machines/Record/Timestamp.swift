// Boot/Machines/Record: points in time in a record.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A second, UTC; written as RFC 3339 has it: `2026-11-21T12:00:00Z`.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Since 1970.
  package let seconds: Int

  /// - Parameter seconds: since 1970; kept within the years 1970 to 9999.
  package init(seconds: Int) { self.seconds = min(max(seconds, 0), 253_402_300_799) }

  /// Reads the form with `Z`; a fraction of a second is dropped.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 35, bytes.last == UInt8(ascii: "Z"),
      bytes[4] == 0x2d, bytes[7] == 0x2d, bytes[10] == UInt8(ascii: "T"), bytes[13] == 0x3a,
      bytes[16] == 0x3a, bytes.count == 20 || bytes[19] == UInt8(ascii: ".")
    else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      bytes[range].allSatisfy(ASCII.isDigit)
        ? Int(String(decoding: bytes[range], as: UTF8.self)) : nil
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      bytes.count == 20 || number(20..<bytes.count - 1) != nil,
      (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24,
      minute < 60, second < 61
    else { return nil }
    let days = CivilTime.days(year: year, month: month, day: day)
    self.init(seconds: days * 86400 + hour * 3600 + minute * 60 + second)
  }

  /// `2026-11-21T12:00:00Z` (RFC 3339).
  package var description: String {
    let time = CivilTime(seconds)
    let clock = [time.hour, time.minute, time.second].map(Self.two).joined(separator: ":")
    return "\(time.year)-\(Self.two(time.month))-\(Self.two(time.day))T\(clock)Z"
  }

  /// Whether one comes before the other.
  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.seconds < right.seconds
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

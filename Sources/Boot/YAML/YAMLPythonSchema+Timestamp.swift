// Boot/YAML: dates and times as PyYAML takes them.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLPythonSchema {
  /// `2026-01-31`, or a date with a time behind `T` or blanks.
  static func timestamp(_ bytes: [UInt8]) -> YAMLScalarValue? {
    var text = YAMLMatcher(bytes)
    guard let date = date(&text) else { return nil }
    var isValid = isDay(date)
    if text.isAtEnd {
      guard bytes.count == 10 else { return nil }
    } else {
      if !text.skip("Tt"), text.run(ASCII.isBlank) == 0 { return nil }
      guard let time = time(&text) else { return nil }
      isValid = isValid && time.hour < 24 && time.minute < 60 && time.second < 60
      guard let zone = zone(&text), text.isAtEnd else { return nil }
      isValid = isValid && zone < 24 * 60
    }
    let written = String(decoding: bytes, as: UTF8.self)
    return isValid ? .timestamp(written) : .refused(written)
  }

  private typealias Date = (year: Int, month: Int, day: Int)

  private static func digits(_ text: inout YAMLMatcher, _ count: ClosedRange<Int>) -> Int? {
    let start = text.index
    while text.index - start < count.upperBound, let next = text.next, ASCII.isDigit(next) {
      text.index += 1
    }
    guard text.index - start >= count.lowerBound else { return nil }
    return ASCII.number(text.bytes[start..<text.index])
  }

  private static func date(_ text: inout YAMLMatcher) -> Date? {
    guard let year = digits(&text, 4...4), text.skip("-"), let month = digits(&text, 1...2),
      text.skip("-"), let day = digits(&text, 1...2)
    else { return nil }
    return (year, month, day)
  }

  private static func isDay(_ date: Date) -> Bool {
    guard date.year >= 1, (1...12).contains(date.month), date.day >= 1 else { return false }
    let isLeap =
      date.year.isMultiple(of: 4)
      && (!date.year.isMultiple(of: 100) || date.year.isMultiple(of: 400))
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return date.day <= days[date.month - 1]
  }

  private static func time(
    _ text: inout YAMLMatcher
  ) -> (hour: Int, minute: Int, second: Int)? {
    guard let hour = digits(&text, 1...2), text.skip(":"), let minute = digits(&text, 2...2),
      text.skip(":"), let second = digits(&text, 2...2)
    else { return nil }
    if text.skip(".") { _ = text.run(ASCII.isDigit) }
    return (hour, minute, second)
  }

  /// Minutes from UTC without their sign; 0 where no zone is written.
  private static func zone(_ text: inout YAMLMatcher) -> Int? {
    if text.isAtEnd { return 0 }
    _ = text.run(ASCII.isBlank)
    if text.skip("Z") { return 0 }
    guard text.skip("+-"), let hours = digits(&text, 1...2) else { return nil }
    guard text.skip(":") else { return hours * 60 }
    return digits(&text, 2...2).map { hours * 60 + $0 }
  }
}

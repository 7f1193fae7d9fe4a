// Boot/Check/Answers: strings, numbers and dates of TOML.
// SPDX-License-Identifier: Apache-2.0

import Text

extension TOMLCheck {
  mutating func readScalar() throws(AnswerFault) {
    switch next {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): _ = try readString(canBeLong: true)
    case UInt8(ascii: "t") where skip("true"), UInt8(ascii: "f") where skip("false"): break
    case nil, 0x0a: throw fault("a value should stand here, and this is \(found)")
    default:
      if try readDate() || readNumber() { return }
      throw fault("no value begins with \(found); put a text in quotes")
    }
  }

  // MARK: Strings

  /// - Parameter canBeLong: whether three quotes begin a text of several lines.
  /// - Returns: what it holds, with escapes resolved.
  mutating func readString(canBeLong: Bool) throws(AnswerFault) -> [UInt8] {
    let (start, quote) = (index, next ?? 0)
    let mark = [UInt8](repeating: quote, count: 3)
    let isLong = canBeLong && text.bytes[index...].starts(with: mark)
    index += isLong ? 3 : 1
    if isLong, next == 0x0a { index += 1 }
    var result: [UInt8] = []
    while let byte = next {
      if byte == quote, !isLong || text.bytes[index...].starts(with: mark) {
        index += isLong ? 3 : 1
        for _ in 0..<2 where isLong && next == quote { index += 1 }
        return result
      }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        try readEscape(isLong: isLong, into: &result)
        continue
      }
      guard byte == 0x09 || isLong && byte == 0x0a || !ASCII.isControl(byte) else {
        throw byte == 0x0a
          ? fault("the quotes are not closed on their line", at: start)
          : fault("a text cannot hold the character \(found); remove it or write an escape")
      }
      result.append(byte)
      index += 1
    }
    throw fault("the quotes are not closed", at: start)
  }

  private mutating func readEscape(
    isLong: Bool, into result: inout [UInt8]
  ) throws(AnswerFault) {
    let start = index
    index += 1
    let byte = next ?? 0
    if isLong, ASCII.isBlank(byte) || byte == 0x0a { return try skipJoint(from: start) }
    let plain: [UInt8: UInt8] = [
      0x62: 0x08, 0x74: 0x09, 0x6e: 0x0a, 0x66: 0x0c, 0x72: 0x0d, 0x22: 0x22, 0x5c: 0x5c,
    ]
    index += 1
    if let meant = plain[byte] { return result.append(meant) }
    guard byte == UInt8(ascii: "u") || byte == UInt8(ascii: "U") else {
      throw fault("no escape begins so; write \\\\ for a backslash, or use ' quotes", at: start)
    }
    let count = byte == UInt8(ascii: "u") ? 4 : 8
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = next.flatMap(Hex.value) else {
        throw fault("\\\(count == 4 ? "u" : "U") needs \(count) hexadecimal digits", at: start)
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw fault("\(text.quoted(start..<index)) is no character of Unicode", at: start)
    }
    result += String(scalar).utf8
  }

  /// A backslash at a line's end joins the next line that is not blank.
  private mutating func skipJoint(from start: Int) throws(AnswerFault) {
    while let byte = next, ASCII.isBlank(byte) { index += 1 }
    guard next == 0x0a else {
      if next == nil { return }
      throw fault("no escape begins so; write \\\\ for a backslash, or use ' quotes", at: start)
    }
    while let byte = next, ASCII.isBlank(byte) || byte == 0x0a { index += 1 }
  }

  // MARK: Dates and numbers

  private func isDigit(at offset: Int) -> Bool { text[offset].map(ASCII.isDigit) ?? false }

  /// As many digits as `count` says, as a number in a range.
  private func number(at offset: Int, _ count: Int, in range: ClosedRange<Int>) -> Int? {
    guard offset + count <= text.bytes.count,
      let value = ASCII.number(text.bytes[offset..<offset + count]), range.contains(value)
    else { return nil }
    return value
  }

  /// - Returns: whether a date or a time stands here; it is passed over then.
  private mutating func readDate() throws(AnswerFault) -> Bool {
    if let end = endOfTime(at: index) {
      index = end
      return true
    }
    guard let year = number(at: index, 4, in: 0...9999), text[index + 4] == UInt8(ascii: "-"),
      let month = number(at: index + 5, 2, in: 1...12), text[index + 7] == UInt8(ascii: "-"),
      let day = number(at: index + 8, 2, in: 1...31)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard year > 0, day <= days[month - 1] else {
      throw fault("there is no such day as \(text.quoted(index..<index + 10))")
    }
    index += 10
    guard let mark = next, mark == 0x20 || mark | 0x20 == UInt8(ascii: "t"),
      let end = endOfTime(at: index + 1)
    else { return true }
    index = end
    if let zone = next, zone | 0x20 == UInt8(ascii: "z") {
      index += 1
    } else if let sign = next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
      number(at: index + 1, 2, in: 0...23) != nil, text[index + 3] == UInt8(ascii: ":"),
      number(at: index + 4, 2, in: 0...59) != nil
    {
      index += 6
    }
    return true
  }

  private func endOfTime(at start: Int) -> Int? {
    guard number(at: start, 2, in: 0...23) != nil, text[start + 2] == UInt8(ascii: ":"),
      number(at: start + 3, 2, in: 0...59) != nil, text[start + 5] == UInt8(ascii: ":"),
      number(at: start + 6, 2, in: 0...59) != nil
    else { return nil }
    guard text[start + 8] == UInt8(ascii: "."), isDigit(at: start + 9) else { return start + 8 }
    var end = start + 9
    while isDigit(at: end) { end += 1 }
    return end
  }

  /// - Returns: whether a number stands here; it is passed over then.
  private mutating func readNumber() -> Bool {
    let radixes: [(String, (UInt8) -> Bool)] = [
      ("0x", { Hex.value($0) != nil }), ("0o", { (0x30...0x37).contains($0) }),
      ("0b", { $0 == 0x30 || $0 == 0x31 }),
    ]
    for (prefix, isDigit) in radixes where text.isAt(index, prefix) {
      guard let digit = text[index + 2], isDigit(digit) else { break }
      index = endOfDigits(at: index + 2, isDigit)
      return true
    }
    let isSigned = next == UInt8(ascii: "+") || next == UInt8(ascii: "-")
    let first = index + (isSigned ? 1 : 0)
    if text.isAt(first, "inf") || text.isAt(first, "nan") {
      index = first + 3
      return true
    }
    guard isDigit(at: first) else { return false }
    index = text[first] == 0x30 ? first + 1 : endOfDigits(at: first, ASCII.isDigit)
    if next == UInt8(ascii: "."), isDigit(at: index + 1) {
      index = endOfDigits(at: index + 1, ASCII.isDigit)
    }
    if let exponent = next, exponent | 0x20 == UInt8(ascii: "e") {
      let isSigned = text[index + 1] == UInt8(ascii: "+") || text[index + 1] == UInt8(ascii: "-")
      let digits = index + (isSigned ? 2 : 1)
      if isDigit(at: digits) { index = endOfDigits(at: digits, ASCII.isDigit) }
    }
    return true
  }

  /// Digits, with single underscores between them.
  private func endOfDigits(at start: Int, _ isDigit: (UInt8) -> Bool) -> Int {
    var end = start
    while let byte = text[end] {
      if isDigit(byte) {
        end += 1
      } else if byte == UInt8(ascii: "_"), let after = text[end + 1], isDigit(after), end > start {
        end += 2
      } else {
        break
      }
    }
    return end
  }
}

// Boot/Check/CloudConfig: which texts are allowed behind some keys of CoreOS' cloud-config.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A rule for a text; one that is empty always passes, but as etcd's discovery.
enum CoreOSFormat: Sendable {
  case oneOf([String])
  /// Of a file's content, which it must fit.
  case encoding
  /// Three or four octal digits, and a zero in front of them or not.
  case permissions
  /// `Thu 23:00` or `23:00`.
  case windowStart
  /// `1h30m`, and whatever else has letters behind its numbers.
  case windowLength
  /// Of a file, which cannot be below `/usr`.
  case path
  /// An absolute URL or path.
  case discovery

  /// What is wrong with a text.
  struct Fault {
    var severity = Finding.Severity.error
    var rule = "bad-value"
    let sentence: String
  }

  /// - Parameters:
  ///   - text: as written, without quotes.
  ///   - key: for the sentence.
  func fault(in text: String, of key: String) -> Fault? {
    let value = CloudConfigText.quoted(text)
    if case .discovery = self {
      if Self.isAddress(Array(text.utf8)) { return nil }
      return Fault(
        severity: .warning, sentence: "\(value) is no whole URL for \(key); write http://HOST/TOKEN"
      )
    }
    if text.isEmpty { return nil }
    let bytes = Array(text.utf8)
    switch self {
    case .oneOf(let values): return Self.fault(text, of: key, in: values)
    case .encoding: return Self.fault(text, of: key, in: CoreOSEncoding.names)
    case .permissions:
      if Self.arePermissions(bytes) { return nil }
      return Fault(
        sentence: "\(value) is no value of \(key); write three or four octal digits, as \"0644\"")
    case .windowStart:
      if Self.isWindowStart(bytes) { return nil }
      return Fault(
        sentence: "\(value) is no value of \(key); write a time, or a day and a time: \"Thu 23:00\""
      )
    case .windowLength:
      if Self.isWindowLength(bytes) { return nil }
      return Fault(sentence: "\(value) is no value of \(key); write numbers with units: \"1h30m\"")
    case .path:
      guard Self.directory(of: bytes).starts(with: "/usr".utf8) else { return nil }
      return Fault(
        rule: "read-only-path",
        sentence: "\(value) begins with /usr, which is read-only; choose another place, as /opt")
    case .discovery: return nil
    }
  }

  private static func fault(_ text: String, of key: String, in values: [String]) -> Fault? {
    if values.contains(text) { return nil }
    let near = CloudConfigText.nearest(to: text, in: values)
    let way =
      near.map { "did you mean \"\($0)\"?" }
      ?? "write \(CloudConfigText.choice(values.map { "\"\($0)\"" }))"
    return Fault(sentence: "\(CloudConfigText.quoted(text)) is no value of \(key); \(way)")
  }

  private static func arePermissions(_ text: [UInt8]) -> Bool {
    guard text.allSatisfy({ $0 &- 0x30 < 8 }) else { return false }
    return (3...4).contains(text.count) || text.count == 5 && text[0] == UInt8(ascii: "0")
  }

  private static func isWindowStart(_ text: [UInt8]) -> Bool {
    var time = text[...]
    if let first = time.first, ASCII.isLetter(first) {
      let day = String(decoding: time.prefix(3).map(ASCII.lowercased), as: UTF8.self)
      guard ["sun", "mon", "tue", "wed", "thu", "fri", "sat"].contains(day),
        time.dropFirst(3).first == 0x20
      else { return false }
      time = time.dropFirst(4)
    }
    let parts = time.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, let hour = number(parts[0]), let minute = number(parts[1]) else {
      return false
    }
    return hour < 24 && minute < 60
  }

  /// Any number of zeros may stand in front.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard let last = digits.last, ASCII.isDigit(last) else { return nil }
    return ASCII.number(digits.dropLast().drop { $0 == UInt8(ascii: "0") } + [last])
  }

  private static func isWindowLength(_ text: [UInt8]) -> Bool {
    var text = YAMLMatcher(text)
    _ = text.skip("+-")
    repeat {
      _ = text.run(ASCII.isDigit)
      if text.skip(".") { _ = text.run(ASCII.isDigit) }
      guard text.run({ $0 &- 0x61 < 26 }) > 0 else { return false }
    } while !text.isAtEnd
    return true
  }

  /// What is in front of the last slash, without `.`, `..` and double slashes.
  private static func directory(of path: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    guard path.first == slash, let last = path.lastIndex(of: slash) else { return [] }
    var names: [ArraySlice<UInt8>] = []
    for name in path[..<last].split(separator: slash) where !name.elementsEqual(".".utf8) {
      if name.elementsEqual("..".utf8) { _ = names.popLast() } else { names.append(name) }
    }
    return [slash] + names.joined(separator: [slash])
  }

  private static func isAddress(_ text: [UInt8]) -> Bool {
    guard let first = text.first, !text.contains(where: ASCII.isControl) else { return false }
    if first == UInt8(ascii: "/") { return true }
    var address = YAMLMatcher(text)
    let length = address.run { ASCII.isAlphanumeric($0) || "+-.".utf8.contains($0) }
    guard ASCII.isLetter(first), length > 0, address.skip(":") else { return false }
    guard address.skip("/"), address.skip("/") else { return true }
    _ = address.run { !"/?# ".utf8.contains($0) }
    return address.next != 0x20
  }
}

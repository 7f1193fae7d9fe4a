// Text: values in logfmt, read back.
// SPDX-License-Identifier: Apache-2.0

extension LogText {
  /// One pair of a line: `key=value`.
  package struct Pair: Equatable, Sendable {
    /// A word.
    package let key: String
    /// As it was before it was quoted; it need not be UTF-8.
    package let value: [UInt8]

    /// - Parameter value: as it is, not quoted.
    package init(key: String, value: [UInt8]) {
      self.key = key
      self.value = value
    }

    /// The value for people; what is not UTF-8 is a replacement character.
    package var text: String { String(decoding: value, as: UTF8.self) }
  }

  /// The pairs of a line that this writer wrote.
  ///
  /// - Parameter line: without its line break; blanks between pairs count for nothing.
  /// - Returns: `nil` where it is no such line.
  package static func pairs(_ line: some Collection<UInt8>) -> [Pair]? {
    var reader = PairReader(rest: Array(line)[...])
    var pairs: [Pair] = []
    while !reader.isDone {
      guard let pair = reader.next() else { return nil }
      pairs.append(pair)
    }
    return pairs
  }

  private struct PairReader {
    var rest: ArraySlice<UInt8>

    /// Passes over blanks.
    var isDone: Bool {
      mutating get {
        rest = rest.drop { $0 == 0x20 || $0 == 0x0d }
        return rest.isEmpty
      }
    }

    mutating func next() -> Pair? {
      let key = rest.prefix { ASCII.isAlphanumeric($0) || "-_.".utf8.contains($0) }
      rest = rest[key.endIndex...]
      guard !key.isEmpty, rest.popFirst() == UInt8(ascii: "="), let value = value() else {
        return nil
      }
      return Pair(key: String(decoding: key, as: UTF8.self), value: value)
    }

    private mutating func value() -> [UInt8]? {
      guard rest.first == UInt8(ascii: "\"") else {
        let word = rest.prefix { $0 != 0x20 && $0 != 0x0d }
        rest = rest[word.endIndex...]
        return word.contains(UInt8(ascii: "\"")) ? nil : Array(word)
      }
      rest.removeFirst()
      var value: [UInt8] = []
      while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "\""): return isAtEnd ? value : nil
        case UInt8(ascii: "\\"):
          guard let escaped = escaped() else { return nil }
          value.append(escaped)
        default: value.append(byte)
        }
      }
      return nil
    }

    private var isAtEnd: Bool { rest.first.map { $0 == 0x20 || $0 == 0x0d } ?? true }

    /// What stands behind a backslash: a quote, a backslash, or `xNN`.
    private mutating func escaped() -> UInt8? {
      guard let byte = rest.popFirst() else { return nil }
      if byte != UInt8(ascii: "x") { return byte }
      guard rest.count >= 2, let high = Hex.value(rest.removeFirst()),
        let low = Hex.value(rest.removeFirst())
      else { return nil }
      return high << 4 | low
    }
  }
}

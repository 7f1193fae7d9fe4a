// Boot/Images: the version of an operating system.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A version as upstream names it: `1298.6.0`, `24.04.2`, `20230607+deb12u12`.
///
/// Letters and digits first, then those and `._+~-`, 64 bytes at most: it names a folder.
package struct ImageVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Bytes.
  package static let maxLength = 64

  /// As upstream names it.
  package let text: String

  /// - Returns: `nil` for what can be no version.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, bytes.count <= Self.maxLength, ASCII.isAlphanumeric(first),
      bytes.allSatisfy({ ASCII.isAlphanumeric($0) || Self.marks.contains($0) })
    else { return nil }
    self.text = String(text)
  }

  private static let marks = Array("._+~-".utf8)

  /// As upstream names it.
  package var description: String { text }

  /// As Debian orders versions: digits by their value, `~` below the end, letters below other marks.
  ///
  /// Versions of one value that are spelt otherwise (`1.0`, `1.00`) are ordered by their bytes.
  package static func < (left: ImageVersion, right: ImageVersion) -> Bool {
    let order = left.order(to: right)
    return order == 0 ? left.text.utf8.lexicographicallyPrecedes(right.text.utf8) : order < 0
  }

  /// - Returns: less than 0 where this one is lower, 0 where both have one value.
  private func order(to other: ImageVersion) -> Int {
    var (left, right) = (ArraySlice(text.utf8), ArraySlice(other.text.utf8))
    while !left.isEmpty || !right.isEmpty {
      let words = Self.words(&left, &right)
      if words != 0 { return words }
      let (one, two) = (Self.digits(&left), Self.digits(&right))
      if one.count != two.count { return one.count - two.count }
      if one != two { return one.lexicographicallyPrecedes(two) ? -1 : 1 }
    }
    return 0
  }

  /// Compares what stands in front of the next digits, and passes it over.
  private static func words(_ left: inout ArraySlice<UInt8>, _ right: inout ArraySlice<UInt8>)
    -> Int
  {
    while true {
      let one = left.first.flatMap { ASCII.isDigit($0) ? nil : $0 }
      let two = right.first.flatMap { ASCII.isDigit($0) ? nil : $0 }
      if one == nil, two == nil { return 0 }
      let difference = rank(one) - rank(two)
      if difference != 0 { return difference }
      left = left.dropFirst()
      right = right.dropFirst()
    }
  }

  /// `nil` is the end of a word.
  private static func rank(_ byte: UInt8?) -> Int {
    guard let byte else { return 0 }
    if byte == UInt8(ascii: "~") { return -1 }
    return ASCII.isLetter(byte) ? Int(byte) : Int(byte) + 256
  }

  /// The next digits without the zeros in front of them; they are passed over.
  private static func digits(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = text.prefix { ASCII.isDigit($0) }
    text = text[digits.endIndex...]
    return digits.drop { $0 == UInt8(ascii: "0") }
  }
}

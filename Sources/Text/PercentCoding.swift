// Text: percent escapes in paths and queries.
// SPDX-License-Identifier: Apache-2.0

/// Percent escapes (RFC 3986 section 2.1), as the original read and wrote them.
package enum PercentCoding {
  /// - Parameter plusIsSpace: in a query `+` is a space.
  /// - Returns: `nil` when a `%` is not followed by two hexadecimal digits.
  package static func decoded(
    _ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false
  ) -> [UInt8]? {
    decodedSlice(bytes, plusIsSpace: plusIsSpace).map { Array($0) }
  }

  /// The same, without a copy where nothing is escaped.
  package static func decodedSlice(
    _ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false
  ) -> ArraySlice<UInt8>? {
    let isPlain = bytes.allSatisfy {
      $0 != UInt8(ascii: "%") && (!plusIsSpace || $0 != UInt8(ascii: "+"))
    }
    return isPlain ? bytes : decodedSlowly(bytes, plusIsSpace: plusIsSpace)?[...]
  }

  private static func decodedSlowly(
    _ bytes: some Collection<UInt8>, plusIsSpace: Bool = false
  ) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var rest = bytes.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.next().flatMap(Hex.value),
          let low = rest.next().flatMap(Hex.value)
        else { return nil }
        result.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace:
        result.append(0x20)
      default:
        result.append(byte)
      }
    }
    return result
  }

  /// Escapes a path for a URL: letters, digits and `-_.~$&+,/:;=@` stay, all else is `%XX`.
  package static func encodedPath(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    encoded(Array(bytes), keeping: "-_.~$&+,/:;=@")
  }

  /// Escapes one segment of a path: letters, digits and `-_.~` stay, a slash does not.
  package static func encodedSegment(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    encoded(Array(bytes), keeping: "-_.~")
  }

  private static func encoded(_ bytes: [UInt8], keeping kept: String) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      if ASCII.isAlphanumeric(byte) || kept.utf8.contains(byte) {
        result.append(byte)
      } else {
        result.append(UInt8(ascii: "%"))
        Hex.append(byte, to: &result, isUppercase: true)
      }
    }
    return result
  }
}

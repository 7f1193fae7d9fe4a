// HTTP/Message: percent escapes in paths and queries.
// SPDX-License-Identifier: Apache-2.0

/// Percent escapes (RFC 3986 section 2.1), as the original read and wrote them.
package enum PercentCoding {
  /// - Parameter plusIsSpace: in a query `+` is a space.
  /// - Returns: `nil` when a `%` is not followed by two hexadecimal digits.
  package static func decoded(
    _ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false
  ) -> [UInt8]? {
    let isPlain = bytes.allSatisfy {
      $0 != UInt8(ascii: "%") && (!plusIsSpace || $0 != UInt8(ascii: "+"))
    }
    return isPlain ? Array(bytes) : decodedSlowly(bytes, plusIsSpace: plusIsSpace)
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
        guard let high = rest.next().flatMap(ASCII.hexValue),
          let low = rest.next().flatMap(ASCII.hexValue)
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
    var result: [UInt8] = []
    for byte in bytes {
      if ASCII.isAlphanumeric(byte) || "-_.~$&+,/:;=@".utf8.contains(byte) {
        result.append(byte)
      } else {
        let digits = Array("0123456789ABCDEF".utf8)
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return result
  }
}

/// The parameters of a query, in order.
package struct QueryParameters: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>

  package init(_ query: ArraySlice<UInt8>) { rest = query }

  /// The next `name=value`, as it was written.
  package mutating func nextRaw() -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)? {
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.endIndex
      let pair = rest[..<end]
      rest = rest[Swift.min(end + 1, rest.endIndex)...]
      if pair.isEmpty { continue }
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      return (pair[..<equals], pair[Swift.min(equals + 1, pair.endIndex)...])
    }
    return nil
  }

  /// The next `name=value`, decoded; a `+` is a space; pairs with a bad escape are passed over.
  package mutating func next() -> (name: [UInt8], value: [UInt8])? {
    while let (name, value) = nextRaw() {
      if let name = PercentCoding.decoded(name, plusIsSpace: true),
        let value = PercentCoding.decoded(value, plusIsSpace: true)
      {
        return (name, value)
      }
    }
    return nil
  }
}

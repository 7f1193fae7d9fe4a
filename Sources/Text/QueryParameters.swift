// Text: what stands behind the question mark.
// SPDX-License-Identifier: Apache-2.0

/// The parameters of a query, in order.
package struct QueryParameters: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>

  /// - Parameter query: what stands behind the `?`, still escaped.
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

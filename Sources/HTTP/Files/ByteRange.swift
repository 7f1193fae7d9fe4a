// HTTP/Files: which bytes of a file one response carries.
// SPDX-License-Identifier: Apache-2.0

import Text

/// One run of bytes of a file.
///
/// Offsets are bytes from the start: `0 <= first <= last < size`.
package struct ByteRange: Equatable, Sendable {
  /// The offset of the first byte.
  package let first: Int64
  /// The offset of the last byte: it belongs to the range.
  package let last: Int64

  /// - Parameter last: not before `first`.
  package init(first: Int64, last: Int64) {
    self.first = first
    self.last = last
  }

  /// How many bytes it names; at least 1.
  package var count: Int64 { last - first + 1 }

  /// The file has none of the bytes that were asked for; becomes 416.
  package struct Unsatisfiable: Error, Equatable {}

  /// Reads a `Range` field against a file of `size` bytes.
  ///
  /// `bytes=-500` is the last 500 bytes. Other units and bad syntax are ignored, as RFC 9110
  /// section 14.2 allows; so are ranges of an empty file, more than 64 of them, and ranges that
  /// ask for more than the file has in all (section 14.2 warns of both).
  ///
  /// - Returns: the satisfiable ranges in the order asked for; `nil` to send the whole file with 200.
  /// - Throws: ``Unsatisfiable`` when the file has no such byte.
  package static func parse(
    _ field: some Collection<UInt8>, size: Int64
  ) throws(Unsatisfiable) -> [ByteRange]? {
    let field = Array(field)
    guard field.count > 6, ASCII.equal(field[..<6], "bytes="), size > 0 else { return nil }
    var ranges: [ByteRange] = []
    var specs = 0
    for spec in field[6...].split(separator: UInt8(ascii: ",")) {
      let spec = ASCII.trimmed(spec)
      if spec.isEmpty { continue }
      specs += 1
      guard specs <= 64, let parsed = Self.spec(spec, size: size) else { return nil }
      if let range = parsed.range { ranges.append(range) }
    }
    if specs == 0 { return nil }
    if ranges.isEmpty { throw Unsatisfiable() }
    var left = size
    for range in ranges {
      left -= range.count
      if left < 0 { return nil }
    }
    return ranges
  }

  /// - Returns: `nil` for bad syntax; no range where the file has no such byte.
  private static func spec(_ spec: ArraySlice<UInt8>, size: Int64) -> (range: ByteRange?, Void)? {
    guard let dash = spec.firstIndex(of: UInt8(ascii: "-")) else { return nil }
    let (head, tail) = (spec[..<dash], spec[(dash + 1)...])
    if head.isEmpty {
      guard let suffix = position(tail) else { return nil }
      if suffix == 0 { return (nil, ()) }
      return (ByteRange(first: max(0, size - suffix), last: size - 1), ())
    }
    guard let first = position(head) else { return nil }
    var last = size - 1
    if !tail.isEmpty {
      guard let named = position(tail), named >= first else { return nil }
      last = min(last, named)
    }
    return first < size ? (ByteRange(first: first, last: last), ()) : (nil, ())
  }

  /// A number of digits; one too large to count in is beyond every file.
  private static func position(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard !digits.isEmpty, digits.allSatisfy(ASCII.isDigit) else { return nil }
    return ASCII.number(digits.drop { $0 == 0x30 }.isEmpty ? [0x30] : digits.drop { $0 == 0x30 })
      .map(Int64.init) ?? Int64.max
  }

  /// `bytes 0-499/1234`.
  package func contentRange(size: Int64) -> String { "bytes \(first)-\(last)/\(size)" }
}

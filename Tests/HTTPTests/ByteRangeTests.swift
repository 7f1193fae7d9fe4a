// HTTPTests: ranges.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Testing

@Suite("RFC 9110 section 14.1.2, a file of 10000 bytes")
struct ByteRangeTests {
  @Test(arguments: [
    ("bytes=0-499", [0...499]), ("bytes=500-999", [500...999]), ("bytes=-500", [9500...9999]),
    ("bytes=9500-", [9500...9999]), ("bytes=0-0,-1", [0...0, 9999...9999]),
    ("bytes=0-0", [0...0]), ("bytes=9999-20000", [9999...9999]), ("bytes=-20000", [0...9999]),
    ("BYTES= 1-2 ,, 4-5", [1...2, 4...5]), ("bytes=500-700,601-999", [500...700, 601...999]),
    ("bytes=0-1,20000-", [0...1]), ("bytes=0-99999999999999999999", [0...9999]),
  ])
  func `names these bytes`(field: String, expected: [ClosedRange<Int64>]) throws {
    let ranges = try ByteRange.parse(field.utf8, size: 10000)
    #expect(ranges == expected.map { ByteRange(first: $0.lowerBound, last: $0.upperBound) })
  }

  @Test(arguments: [
    "bytes=", "bytes", "items=0-5", "bytes=5-4", "bytes=a-b", "bytes=1", "bytes=1-2-3",
    "bytes=--1", "bytes=0-1,x", "bytes=+1-2", "", "bytes=,", "bytes=0-9999,0-0",
  ])
  func `is ignored when it is no range, or asks for more than there is`(field: String) throws {
    #expect(try ByteRange.parse(field.utf8, size: 10000) == nil)
  }

  @Test(arguments: ["bytes=10000-", "bytes=10000-10001", "bytes=-0", "bytes=99999999999999999999-"])
  func `is refused when no byte is meant`(field: String) {
    #expect(throws: ByteRange.Unsatisfiable.self) {
      try ByteRange.parse(field.utf8, size: 10000)
    }
  }

  @Test func `is counted without overflow in the largest of files`() throws {
    let size = Int64(1) << 62 + 5
    #expect(try ByteRange.parse("bytes=0-,0-,0-".utf8, size: size) == nil)
  }

  @Test func `is ignored for an empty file`() throws {
    #expect(try ByteRange.parse("bytes=0-5".utf8, size: 0) == nil)
  }

  @Test func `is ignored when it is more than 64`() throws {
    let field = "bytes=" + (0..<65).map { "\($0 * 2)-\($0 * 2)" }.joined(separator: ",")
    #expect(try ByteRange.parse(field.utf8, size: 10000) == nil)
  }
}

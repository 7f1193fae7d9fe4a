// TextTests: percent escapes.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("A percent escape (RFC 3986 section 2.1)")
struct PercentCodingTests {
  @Test(arguments: [
    ("", ""), ("plain", "plain"), ("a%20b%2Fc", "a b/c"), ("%e2%82%AC", "€"), ("a+b", "a+b"),
    ("%25%32%30", "%20"),
  ])
  func `is decoded once, in either case`(text: String, expected: String) {
    #expect(PercentCoding.decoded(Array(text.utf8)[...]) == Array(expected.utf8))
  }

  @Test(arguments: [("a+b", "a b"), ("a%2Bb+", "a+b "), ("plain", "plain")])
  func `leaves a plus for a space in a query`(text: String, expected: String) {
    #expect(PercentCoding.decoded(Array(text.utf8)[...], plusIsSpace: true) == Array(expected.utf8))
  }

  @Test(arguments: ["%", "a%2", "%zz", "%2g", "% 20", "%%20"])
  func `is nothing when it is cut or wrong`(text: String) {
    #expect(PercentCoding.decoded(Array(text.utf8)[...]) == nil)
  }

  @Test(arguments: [
    ("/a b/ü", "/a%20b/%C3%BC", "%2Fa%20b%2F%C3%BC"),
    ("-_.~$&+,/:;=@", "-_.~$&+,/:;=@", "-_.~%24%26%2B%2C%2F%3A%3B%3D%40"),
    ("%?#", "%25%3F%23", "%25%3F%23"), ("az09AZ", "az09AZ", "az09AZ"), ("\n", "%0A", "%0A"),
  ])
  func `is written in upper case`(text: String, path: String, segment: String) {
    #expect(PercentCoding.encodedPath(text.utf8) == Array(path.utf8))
    #expect(PercentCoding.encodedSegment(text.utf8) == Array(segment.utf8))
  }

  @Test func `brings every byte back`() {
    let all = (0...255).map { UInt8($0) }
    #expect(PercentCoding.decoded(PercentCoding.encodedPath(all)[...]) == all)
    #expect(PercentCoding.decoded(PercentCoding.encodedSegment(all)[...]) == all)
  }
}

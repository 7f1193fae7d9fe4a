// TextTests: what stands behind the question mark.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("A query")
struct QueryTests {
  @Test(arguments: [
    ("profile=a", ["profile": "a"]), ("a+b=c%2Bd", ["a b": "c+d"]), ("a&&b=", ["a": "", "b": ""]),
    ("a=%zz&b=1", ["b": "1"]), ("p=a=b?c;d", ["p": "a=b?c;d"]), ("%70=x", ["p": "x"]),
    ("a=%FFFFFFC3", ["a": "\u{fffd}FFFFC3"]), ("=v", ["": "v"]), ("", [:]),
  ])
  func `is read as the original read it`(text: String, expected: [String: String]) {
    var found: [String: String] = [:]
    for (name, value) in QueryParameters(Array(text.utf8)[...]) {
      found[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
    }
    #expect(found == expected)
  }
}

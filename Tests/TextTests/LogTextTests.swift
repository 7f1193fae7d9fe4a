// TextTests: values in logfmt.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("A value in the log")
struct LogTextTests {
  @Test(arguments: [
    ("plain", "plain"), ("", "\"\""), ("a b", "\"a b\""), ("a\"b\\", "\"a\\\"b\\\\\""),
    ("a\nlevel=error", "\"a\\x0alevel=error\""), ("\u{2028}", "\"\\xe2\\x80\\xa8\""),
    ("\u{9b}", "\"\\xc2\\x9b\""), ("é", "\"é\""), ("\u{202e}x", "\"\\xe2\\x80\\xaex\""),
    ("a\u{2066}", "\"a\\xe2\\x81\\xa6\""), ("a=b", "\"a=b\""),
  ])
  func `is one value whatever it holds`(value: String, expected: String) {
    #expect(LogText.quoted(Array(value.utf8)) == Array(expected.utf8))
  }

  @Test func `keeps what is not UTF-8 apart`() {
    #expect(LogText.quoted([0xff, 0x61]) == Array("\"\\xffa\"".utf8))
  }

  @Test func `stands behind its key`() {
    #expect(LogText.pair("error", "no such file") == Array(" error=\"no such file\"".utf8))
  }

  @Test(arguments: [
    ("plain", "plain"), ("a\nb\r\u{7f}\0c", "a?b??" + "?c"), ("ü\u{2028}\u{9b}\u{202e}x", "ü???x"),
    ("", ""),
    (String(repeating: "ü", count: 1001), String(repeating: "ü", count: 1000)),
  ])
  func `is one line of bounded length as a sentence`(text: String, expected: String) {
    #expect(LogText.oneLine(text) == expected)
  }
}

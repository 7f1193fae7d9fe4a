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

  @Test func `stands behind its key, in the order in which it was said`() {
    var event = Event(
      Event.Name("held"), .info, subject: .machine("a-b"), ["by": "tie", "n": .bytes([0xff])])
    event.add("state", "unknown")
    event.warn("no such file")
    var line: [UInt8] = []
    LogText.append(event, to: &line)
    #expect(
      String(decoding: line, as: UTF8.self)
        == " event=held machine=a-b by=tie n=\"\\xff\" state=unknown warning=\"no such file\"")
    #expect(event.severity == .warning)
  }

  @Test func `never makes an event less grave`() {
    var event = Event(Event.Name("state"), .error)
    event.warn("look")
    event.fail("see")
    #expect(event.severity == .error && Event.Severity.error < .debug)
    #expect(Event.Severity(name: "warning") == .warning && Event.Severity(name: "loud") == nil)
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

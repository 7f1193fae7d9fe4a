// TextTests: writing JSON.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("JSON as it is written")
struct JSONWriterTests {
  @Test func `can be read back`() throws {
    let text = "a\"\\\n\t\u{1}é😀/<>&"
    let written = JSONWriter.quoted(text.utf8)
    #expect(try JSONReader.read(Array(written.utf8)) == .string(text))
    #expect(written.contains("/<>&"))
  }

  @Test(arguments: [
    ("", #""""#), ("a\"\\/", #""a\"\\/""#), ("\n\r\t", #""\n\r\t""#),
    ("\0\u{1f}\u{7f}", #""\u0000\u001f\u007f""#),
    ("é😀", "\"é😀\""),
  ])
  func `escapes what has to be escaped`(text: String, expected: String) {
    #expect(JSONWriter.quoted(text) == expected)
  }

  @Test func `replaces what is not UTF-8`() {
    #expect(JSONWriter.quoted([0x61, 0xff] as [UInt8]) == "\"a\u{fffd}\"")
  }

  static let value = JSON.object([
    .init("a", .array([.number("1.50"), .null, .bool(true)])), .init("b", .object([])),
    .init("c", .array([])),
    .init("a", .string("x")),
  ])

  @Test func `stands on one line`() {
    #expect(JSONWriter.text(Self.value) == #"{"a":[1.50,null,true],"b":{},"c":[],"a":"x"}"#)
  }

  @Test func `stands on a line for each member where it is indented`() {
    let expected = """
      {
        "a": [
          1.50,
          null,
          true
        ],
        "b": {},
        "c": [],
        "a": "x"
      }
      """
    #expect(JSONWriter.text(Self.value, indent: 2) == expected)
  }
}

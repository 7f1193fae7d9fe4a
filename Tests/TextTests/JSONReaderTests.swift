// TextTests: reading JSON.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("JSON")
struct JSONReaderTests {
  @Test func `keeps order and repeated names`() throws {
    let value = try JSONReader.read(Array(#"{"b":[1.5e3,true],"a":null,"b":"x"}"#.utf8))
    #expect(
      value
        == .object([
          .init("b", .array([.number("1.5e3"), .bool(true)])), .init("a", .null),
          .init("b", .string("x")),
        ]))
  }

  @Test(arguments: [#""\ud800""#, #""\udc00""#, #""\ud800\u0041""#])
  func `replaces lone surrogates`(text: String) throws {
    guard case .string(let string) = try JSONReader.read(Array(text.utf8)) else {
      Issue.record("not a string")
      return
    }
    #expect(string.hasPrefix("\u{fffd}"))
  }

  @Test func `replaces each byte that is not UTF-8`() throws {
    #expect(try JSONReader.read([0x22, 0xff, 0x22]) == .string("\u{fffd}"))
    #expect(try JSONReader.read([0x22, 0xe2, 0x82, 0x62, 0x22]) == .string("\u{fffd}\u{fffd}b"))
    #expect(
      try JSONReader.read([0x22, 0xed, 0xa0, 0x80, 0xc3, 0xa9, 0x22])
        == .string("\u{fffd}\u{fffd}\u{fffd}é"))
  }

  @Test func `is refused when it is nested too deep`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try JSONReader.read(Array(deep.utf8)) }
  }

  @Test(arguments: [
    ("", 1, 1, "the file is empty"), ("[", 1, 2, "the text ends too early"),
    ("{", 1, 2, "a key in quotes is missing"),
    ("{\"a\" 1}", 1, 6, "the colon after a key is missing"),
    ("{\"a\":1,}", 1, 8, "no key follows the comma"),
    ("{\"a\":1 \"b\"}", 1, 8, "a comma or } is missing"),
    ("[1 2]", 1, 4, "a comma or ] is missing"), ("[\"ü\" x]", 1, 7, "a comma or ] is missing"),
    ("{\n  \"a\": tru\n}", 2, 8, "no value begins with this character"),
    ("[1,\r\n'2']", 2, 1, "no value begins with this character"),
    ("[1]\n\n x", 3, 2, "something follows after the value"),
    ("01", 1, 2, "something follows after the value"),
    ("\"abc", 1, 5, "a string is not closed"),
    ("\"a\nb\"", 1, 3, "a string holds a control character"),
    ("\"\\q\"", 1, 3, "a string holds an unknown escape"),
    ("\"\\u12g4\"", 1, 6, "\\u needs four hexadecimal digits"),
    ("-", 1, 2, "a digit is missing"), ("1.", 1, 3, "a digit is missing"),
    ("1e+", 1, 4, "a digit is missing"),
  ])
  func `says where it is wrong and why`(text: String, line: Int, column: Int, reason: String) {
    #expect(throws: JSONError(line: line, column: column, reason: reason)) {
      try JSONReader.read(Array(text.utf8))
    }
  }

  @Test func `has its complaint as a sentence`() {
    #expect("\(JSONError(line: 2, column: 7, reason: "why"))" == "line 2, column 7: why")
  }

  @Test(arguments: [
    ("0", JSON.number("0")), ("-0.50E-07", .number("-0.50E-07")), (" true ", .bool(true)),
    ("null", .null),
    ("\"\\ud83d\\ude00\\u00e9\\/\\b\"", .string("😀é/\u{8}")), ("[]", .array([])),
    ("{}", .object([])),
    ("[[], {\"\": false}]", .array([.array([]), .object([.init("", .bool(false))])])),
  ])
  func `is read as it is written`(text: String, value: JSON) throws {
    #expect(try JSONReader.read(Array(text.utf8)) == value)
  }

  @Test func `may be nested a thousand deep`() throws {
    let most =
      String(repeating: "[", count: JSONReader.maxDepth)
      + String(repeating: "]", count: JSONReader.maxDepth)
    _ = try JSONReader.read(Array(most.utf8))
    #expect(throws: JSONError.self) { try JSONReader.read(Array("[\(most)]".utf8)) }
  }
}

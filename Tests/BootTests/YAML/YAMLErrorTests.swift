// BootTests/YAML: what people are told.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("The reader of YAML")
struct YAMLErrorTests {
  @Test(arguments: [
    ("a:\n\tb: c\n", "2:2 a tab cannot indent; use spaces"),
    ("\ta: b\n", "1:2 a tab cannot indent; use spaces"),
    ("a: 1\n\tb: 2\n", "2:2 a tab cannot indent; use spaces"),
    ("-\ta: b\n", "1:3 a tab cannot indent; use spaces"),
    ("-\t- b\n", "1:3 a tab cannot indent; use spaces"),
    ("?\t- b\n", "1:3 a tab cannot indent; use spaces"),
    ("a:\n  b: 1\n  \tc: 2\n", "3:4 a tab cannot indent; use spaces"),
    ("a: \"b\n\tc\"\n", "2:2 a tab cannot indent; use spaces"),
    ("a: [\n\tb]\n", "2:2 a tab cannot indent; use spaces"),
    ("a\n---\n\tb: c\n", "3:2 a tab cannot indent; use spaces"),
    ("a: |\n\t\nb: c\n", "2:1 a tab cannot indent; use spaces"),
    ("a: |\n  b\n \t\nc: d\n", "3:2 a tab cannot indent; use spaces"),
    ("[a]\n\tb\n", "2:2 a tab cannot indent; use spaces"),
    (
      "a:\n  b: 1\n   c: 2\n",
      "3:5 this colon stands within a value that began at line 2; indent the line as its neighbours, or put quotes around the value"
    ),
    ("a:\n  b: \"1\"\n   c: 2\n", "3:4 this line is indented by 3, and its neighbours by 2"),
    ("a:\n  - b\n c: d\n", "3:2 this line is indented by 1, and its neighbours by 2"),
    ("  a: b\nc: d\n", "2:1 this line is indented by 0, and its neighbours by 2"),
    (
      "a: [\nb]\n",
      "2:1 the [ that began at line 1 is still open here; close it, or indent this line by at least 1"
    ),
    (
      "a: {b: [c,\nd]\n",
      "2:1 the [ that began at line 1 is still open here; close it, or indent this line by at least 1"
    ),
    (
      "- a: 'b\nd: e\n",
      "2:1 the text in quotes that began at line 1 is still open here; close it, or indent this line by at least 3"
    ),
    ("- a: |\n    \n  b\n", "3:3 a colon and a space are missing after this key"),
    ("a: |\n   \n  b\n", "2:1 this empty line is indented by 3, and the text below it by 2"),
  ])
  func `says how lines are indented`(text: String, error: String) {
    expect(text, error)
  }

  @Test(arguments: [
    ("a: b\nc\n", "2:1 a colon and a space are missing after this key"),
    ("a: b\n\"c\":d\n", "2:4 a space is missing after this colon"),
    (
      "a: b: c\n",
      "1:5 this colon begins a mapping within a line; put quotes around the value, or move the mapping to a line of its own"
    ),
    (
      "--- a: b\n",
      "1:6 this colon begins a mapping within a line; put quotes around the value, or move the mapping to a line of its own"
    ),
    ("a: ? b\n", "1:4 a mapping cannot begin on this line; move it to a line of its own"),
    ("a: - b\n", "1:4 a list cannot begin on this line; move it to a line of its own"),
    ("a: b\n\"c\n d\": e\n", "3:4 a key must stand on one line; this one began at line 2"),
    (
      "\"c\n d\": e\n",
      "2:4 this colon stands within a value that began at line 1; indent the line as its neighbours, or put quotes around the value"
    ),
    ("[a\n b: c]\n", "2:3 a key in [ ] must stand on one line; this one began at line 1"),
    ("a: b\n&x\n", "2:1 an anchor or tag stands here without a key"),
    ("a: b\n- c\n", "2:1 a list entry stands among the keys of a mapping"),
    ("- a\nb\n", "2:1 a list goes on with a hyphen and a space"),
    ("a: 'b' c\n", "1:8 nothing may follow the value on this line but a comment"),
    ("a: 'b'#c\n", "1:7 a comment needs a space in front of its #"),
    ("[a,#b\n]\n", "1:4 a comment needs a space in front of its #"),
    ("[a]\nb\n", "2:1 this line does not belong to the value above it"),
    ("&x - a\n", "1:1 an anchor or tag stands on the line above its list or mapping"),
  ])
  func `says where keys and values end`(text: String, error: String) {
    expect(text, error)
  }

  @Test(arguments: [
    ("a:\n\n- 'b\n", "3:3 the text in quotes that began at line 3 has no end"),
    ("\"\\", "1:1 the text in quotes that began at line 1 has no end"),
    (
      "'a\n...\n'",
      "2:1 a line with --- or ... stands within the text in quotes that began at line 1"
    ),
    ("a: [b,\n c", "1:4 the [ that began at line 1 has no end"),
    ("{a: [b]", "1:1 the { that began at line 1 has no end"),
    (
      "[a,\n---\n]",
      "2:1 a line with --- or ... stands within brackets; the [ that began at line 1 has no end"
    ),
    ("[a}", "1:3 a comma or ] is missing"), ("{a: b]", "1:6 a comma or } is missing"),
    ("{a: b c: d}", "1:8 a comma or } is missing"),
    ("{[a] b}", "1:6 a colon, a comma or } is missing after this key"),
    ("[a\n : b]", "2:2 a comma or ] is missing; a key in [ ] and its colon stand on one line"),
    ("[,]", "1:2 nothing stands in front of this comma"),
    ("{a: b,,}", "1:7 nothing stands in front of this comma"),
    ("]", "1:1 this bracket closes nothing that is open"),
    ("[{a: ]", "1:6 this bracket closes nothing that is open"),
    ("[-]", "1:2 a - cannot stand alone here; put quotes around it"),
    ("{a: :}", "1:5 a : cannot stand alone here; put quotes around it"),
    ("@a", "1:1 no value begins with @, which is reserved; put quotes around it"),
    ("a: `b`", "1:4 no value begins with `, which is reserved; put quotes around it"),
    ("a: %b", "1:4 no value begins with %; put quotes around it"),
    ("[|]", "1:2 a text behind | cannot stand here"),
    (",a", "1:1 no value begins with a comma; put quotes around it"),
    ("|0\n", "1:2 behind | or > stand + or -, a digit from 1 to 9, and nothing else"),
    (">++\n", "1:3 behind | or > stand + or -, a digit from 1 to 9, and nothing else"),
    ("| a\n", "1:3 nothing may follow the value on this line but a comment"),
  ])
  func `says what quotes and brackets lack`(text: String, error: String) {
    expect(text, error)
  }

  @Test(arguments: [
    ("\"\\d\"", "1:2 the escape \\d is unknown; write \\\\ for a backslash, or use single quotes"),
    ("\"\\x4\"", "1:5 \\x needs 2 hexadecimal digits"),
    ("\"\\ud800\"", "1:2 \\u names no character here"),
    ("\"\\UFFFFFFFF\"", "1:2 \\U names no character here"),
    ("&a &b c", "1:4 a node has one anchor, not two"),
    ("!a !b c", "1:4 a node has one tag, not two"),
    ("&a\n&b c", "2:1 a node has one anchor, not two"),
    ("!a\n!b c", "2:1 a node has one tag, not two"),
    ("& a", "1:2 an anchor has no name"), ("* a", "1:2 an alias has no name"),
    ("&a *b", "1:1 an alias cannot have an anchor or a tag"),
    ("&a\n*b", "1:1 an alias cannot have an anchor or a tag"),
    ("!a[b", "1:3 a space is missing after the anchor or tag"),
    ("!! a", "1:1 the tag !! has no name"),
    ("!e!x a", "1:1 the tag handle !e! is not declared with %TAG"),
    ("!<a b", "1:1 the tag !< has no >"), ("!<!> b", "1:1 a tag in !< > begins with ! or is a URI"),
    ("!a%2 b", "1:2 a % in a tag needs two hexadecimal digits"),
    ("%YAML 1.2\na\n", "2:1 --- is missing after a line with %"),
    ("%YAML 1.1\n%YAML 1.2\n--- a\n", "2:1 %YAML stands here twice"),
    ("%YAML 1\n---\n", "1:1 %YAML needs a version as 1.2, and nothing else"),
    ("%YAML 2.0\n---\n", "1:1 only YAML 1 can be read"),
    ("%TAG !e!\n---\n", "1:1 %TAG needs a handle as !e! and a prefix as tag:example.com,2000:"),
    ("%TAG !e! a\n%TAG !e! b\n---\n", "2:1 %TAG !e! stands here twice"),
    ("%TAG !e! a\"\n---\n", "1:1 the prefix of %TAG !e! holds a character that no tag can hold"),
    ("% a\n---\n", "1:1 a name is missing after %"),
    ("a: b\n%c\n", "2:1 a line with % needs a line with ... in front of it"),
    ("[a]\n%c\n", "2:1 a line with % needs a line with ... in front of it"),
  ])
  func `says what escapes, anchors, tags and directives lack`(text: String, error: String) {
    expect(text, error)
  }

  @Test(
    arguments: [
      ([0x61, 0x3a, 0x20, 0x07], "1:4 the control character U+0007 is not allowed"),
      ([0x61, 0x00], "1:1 the text is UTF-16; save it as UTF-8"),
      ([0x00, 0x61, 0x00, 0x3a], "1:1 the text is UTF-16; save it as UTF-8"),
      ([0x61, 0, 0, 0], "1:1 the text is UTF-32; save it as UTF-8"),
      ([0, 0, 0, 0x61], "1:1 the text is UTF-32; save it as UTF-8"),
      ([0xff, 0xfe, 0, 0], "1:1 the text is UTF-32 with a byte order mark; save it as UTF-8"),
      (
        [0xfe, 0xff, 0, 0x61],
        "1:1 the text begins with the byte order mark of UTF-16 (FE FF); save it as UTF-8 without one"
      ),
      (
        [0xff, 0xfe, 0x61],
        "1:1 the text begins with the byte order mark of UTF-16 (FF FE); save it as UTF-8 without one"
      ),
      (
        [0xef, 0xbb, 0xbf, 0x61],
        "1:1 the text begins with the byte order mark of UTF-8 (EF BB BF); save it as UTF-8 without one"
      ),
      ([0x0a, 0x61, 0xe9, 0x61], "2:2 this byte is not UTF-8"),
      ([0x61, 0x7f], "1:2 this character cannot be printed, and is allowed in quotes only"),
      ([0x22, 0x7f, 0x22, 0x23], "1:4 a comment needs a space in front of its #"),
      (
        [0x22, 0x22, 0x20, 0x23, 0xc2, 0x80],
        "1:5 this character cannot be printed, and is allowed in quotes only"
      ),
      (
        [0x61, 0x0a, 0x23, 0xef, 0xbb, 0xbf],
        "2:2 a byte order mark (EF BB BF) stands within the text, where nobody sees it; delete it"
      ),
      ([0, 0, 0, 0], "1:1 the control character U+0000 is not allowed"),
    ] as [([UInt8], String)])
  func `says which bytes it does not take`(bytes: [UInt8], error: String) {
    expect(bytes, error)
  }

  private func expect(_ text: String, _ sentence: String) { expect(Array(text.utf8), sentence) }

  private func expect(_ bytes: [UInt8], _ sentence: String) {
    let text = String(decoding: bytes, as: UTF8.self)
    do throws(YAMLError) {
      _ = try YAMLReader.events(bytes)
      Issue.record("it is taken: \(text)")
    } catch {
      #expect("\(error.line):\(error.column) \(error.reason)" == sentence, "\(text)")
      #expect(error.description == "line \(error.line), column \(error.column): \(error.reason)")
    }
  }

  @Test func `takes lines in brackets and quotes as PyYAML does, if asked to`() throws {
    let text = Array("a: [\nb,\n\tc\n]\nd: \"e\nf\"\n".utf8)
    #expect(throws: YAMLError.self) { try YAMLReader.events(text) }
    let events = try YAMLReader.events(text, flowIndentation: .free)
    #expect(
      YAMLNotation.text(events).hasSuffix("=VAL :b\n=VAL :c\n-SEQ\n=VAL :d\n=VAL \"e f\n-MAP\n-DOC")
    )
  }
}

// BootTests/YAML: which events a text reads to.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

/// What the suite's cases at hand leave out: tags, explicit keys, empty keys, styles, line breaks.
@Suite("A text in YAML")
struct YAMLEventTests {
  /// The events of the only document, without its own two.
  static func events(_ text: String) -> [String] {
    var lines = YAMLNotation.read(text).split(separator: "\n").map(String.init)
    guard lines.first == "+DOC", lines.last == "-DOC" else { return lines }
    lines.removeFirst()
    lines.removeLast()
    return lines
  }

  @Test(arguments: [
    ("? a\n: b\n", "+MAP|=VAL :a|=VAL :b|-MAP"),
    ("? a\n? b\n", "+MAP|=VAL :a|=VAL :|=VAL :b|=VAL :|-MAP"),
    ("? - a\n  - b\n: - c\n", "+MAP|+SEQ|=VAL :a|=VAL :b|-SEQ|+SEQ|=VAL :c|-SEQ|-MAP"),
    ("?\n- a\n:\n- b\n", "+MAP|+SEQ|=VAL :a|-SEQ|+SEQ|=VAL :b|-SEQ|-MAP"),
    (
      "? a: b\n  c: d\n: e: f\n",
      "+MAP|+MAP|=VAL :a|=VAL :b|=VAL :c|=VAL :d|-MAP|+MAP|=VAL :e|=VAL :f|-MAP|-MAP"
    ),
    ("? |\n  x\n: y\nz: 1\n", "+MAP|=VAL |x\\n|=VAL :y|=VAL :z|=VAL :1|-MAP"),
    ("? a\n# c\n: b\n", "+MAP|=VAL :a|=VAL :b|-MAP"),
    ("? [a, b]\n: c\n", "+MAP|+SEQ []|=VAL :a|=VAL :b|-SEQ|=VAL :c|-MAP"),
    ("[a, b]: c\n", "+MAP|+SEQ []|=VAL :a|=VAL :b|-SEQ|=VAL :c|-MAP"),
    ("{a: b}: c\nd: e\n", "+MAP|+MAP {}|=VAL :a|=VAL :b|-MAP|=VAL :c|=VAL :d|=VAL :e|-MAP"),
    ("- ? : v\n  : w\n", "+SEQ|+MAP|+MAP|=VAL :|=VAL :v|-MAP|=VAL :w|-MAP|-SEQ"),
    ("- - :\n", "+SEQ|+SEQ|+MAP|=VAL :|=VAL :|-MAP|-SEQ|-SEQ"),
    (":::\n", "+MAP|=VAL :::|=VAL :|-MAP"),
    ("? [{}]: v\n", "+MAP|+MAP|+SEQ []|+MAP {}|-MAP|-SEQ|=VAL :v|-MAP|=VAL :|-MAP"),
    ("{? a: b,\n?\n}\n", "+MAP {}|=VAL :a|=VAL :b|=VAL :|=VAL :|-MAP"),
    (": a\n", "+MAP|=VAL :|=VAL :a|-MAP"),
    ("- : a\n  b: c\n", "+SEQ|+MAP|=VAL :|=VAL :a|=VAL :b|=VAL :c|-MAP|-SEQ"),
    (
      "[? a : b, ? c, ? ]",
      "+SEQ []|+MAP {}|=VAL :a|=VAL :b|-MAP|+MAP {}|=VAL :c|=VAL :|-MAP|+MAP {}|=VAL :|=VAL :|-MAP|-SEQ"
    ),
    (
      "{? a : b, ? c, : d, ? }",
      "+MAP {}|=VAL :a|=VAL :b|=VAL :c|=VAL :|=VAL :|=VAL :d|=VAL :|=VAL :|-MAP"
    ),
    (
      "[: a, \"b\":c, [d]: e]",
      "+SEQ []|+MAP {}|=VAL :|=VAL :a|-MAP|+MAP {}|=VAL \"b|=VAL :c|-MAP|+MAP {}|+SEQ []|=VAL :d|-SEQ|=VAL :e|-MAP|-SEQ"
    ),
    (
      "{a, b: , c:, 'd'}",
      "+MAP {}|=VAL :a|=VAL :|=VAL :b|=VAL :|=VAL :c|=VAL :|=VAL 'd|=VAL :|-MAP"
    ),
    ("[[a]:b]", "+SEQ []|+MAP {}|+SEQ []|=VAL :a|-SEQ|=VAL :b|-MAP|-SEQ"),
    (
      "[[[a]: b]: c]: d",
      "+MAP|+SEQ []|+MAP {}|+SEQ []|+MAP {}|+SEQ []|=VAL :a|-SEQ|=VAL :b|-MAP|-SEQ|=VAL :c|-MAP|-SEQ|=VAL :d|-MAP"
    ),
    ("- - - a\n    - b\n- c", "+SEQ|+SEQ|+SEQ|=VAL :a|=VAL :b|-SEQ|-SEQ|=VAL :c|-SEQ"),
    (
      "a:\n- b\n-\n- - c\nd:",
      "+MAP|=VAL :a|+SEQ|=VAL :b|=VAL :|+SEQ|=VAL :c|-SEQ|-SEQ|=VAL :d|=VAL :|-MAP"
    ),
    ("a:\n \tb", "+MAP|=VAL :a|=VAL :b|-MAP"),
    ("\t[\n\ta\n\t]", "+SEQ []|=VAL :a|-SEQ"),
    ("-\t-1", "+SEQ|=VAL :-1|-SEQ"),
    ("a: 1\n\t\nb: 2\n \t# c\n", "+MAP|=VAL :a|=VAL :1|=VAL :b|=VAL :2|-MAP"),
    ("a#b: c#d #e", "+MAP|=VAL :a#b|=VAL :c#d|-MAP"),
    ("a :b: c", "+MAP|=VAL :a :b|=VAL :c|-MAP"),
  ])
  func `has this structure`(text: String, events: String) {
    // Indicators of literal scalars are the separator's character here.
    let expected = events.replacing("=VAL |", with: "=VAL \u{1}").split(separator: "|")
      .map { String($0).replacing("\u{1}", with: "|") }
    #expect(Self.events(text) == expected, "\(text)")
  }

  @Test(arguments: [
    ("&a x", ["=VAL &a :x"]), ("!!str &a x", ["=VAL &a <tag:yaml.org,2002:str> :x"]),
    ("&a !x y", ["=VAL &a <!x> :y"]), ("! a", ["=VAL <!> :a"]),
    ("!<tag:e,1:x> a", ["=VAL <tag:e,1:x> :a"]),
    ("!!str", ["=VAL <tag:yaml.org,2002:str> :"]),
    ("&a\n&b c: d", ["+MAP &a", "=VAL &b :c", "=VAL :d", "-MAP"]),
    ("&a c: d", ["+MAP", "=VAL &a :c", "=VAL :d", "-MAP"]),
    ("!!map\n&a c: d", ["+MAP <tag:yaml.org,2002:map>", "=VAL &a :c", "=VAL :d", "-MAP"]),
    ("!!str\n&a c", ["=VAL &a <tag:yaml.org,2002:str> :c"]),
    ("&a : b", ["+MAP", "=VAL &a :", "=VAL :b", "-MAP"]),
    ("a: !x\n  - b", ["+MAP", "=VAL :a", "+SEQ <!x>", "=VAL :b", "-SEQ", "-MAP"]),
    ("a: !x\n- b", ["+MAP", "=VAL :a", "+SEQ <!x>", "=VAL :b", "-SEQ", "-MAP"]),
    ("- &a\n- !x\n- b", ["+SEQ", "=VAL &a :", "=VAL <!x> :", "=VAL :b", "-SEQ"]),
    (
      "- &a - b",
      ["line 1, column 3: an anchor or tag stands on the line above its list or mapping"]
    ),
    ("&a [b]: c", ["+MAP", "+SEQ [] &a", "=VAL :b", "-SEQ", "=VAL :c", "-MAP"]),
    ("&a\n[b]", ["+SEQ [] &a", "=VAL :b", "-SEQ"]),
    (
      "[&a b: c, !x , &d]",
      ["+SEQ []", "+MAP {}", "=VAL &a :b", "=VAL :c", "-MAP", "=VAL <!x> :", "=VAL &d :", "-SEQ"]
    ),
    (
      "{&a : b, &c d, *e : f}",
      ["+MAP {}", "=VAL &a :", "=VAL :b", "=VAL &c :d", "=VAL :", "=ALI *e", "=VAL :f", "-MAP"]
    ),
    ("*a : *b", ["+MAP", "=ALI *a", "=ALI *b", "-MAP"]),
    ("&a |\n x\n", ["=VAL &a |x\\n"]),
    ("!e%21 a", ["=VAL <!e!> :a"]),
  ])
  func `has these anchors and tags`(text: String, events: [String]) {
    #expect(Self.events(text) == events, "\(text)")
  }

  @Test func `has tags by their handles, for one document`() {
    #expect(
      YAMLNotation.read("%TAG !e! tag:e,1:\n%TAG ! !p-\n---\n- !e!x%20y a\n- !z b\n")
        == "+DOC ---\n+SEQ\n=VAL <tag:e,1:x y> :a\n=VAL <!p-z> :b\n-SEQ\n-DOC")
    #expect(
      YAMLNotation.read("%TAG !e! tag:e,1:\n--- !e!x a\n--- !e!x b\n")
        == "line 3, column 5: the tag handle !e! is not declared with %TAG")
  }

  @Test(arguments: [
    ("|\n a\n\n b\n\n", "=VAL |a\\n\\nb\\n"), ("|+\n a\n\n b\n\n", "=VAL |a\\n\\nb\\n\\n"),
    ("|-\n a\n\n b\n\n", "=VAL |a\\n\\nb"), (">\n a\n b\n\n c\n", "=VAL >a b\\nc\\n"),
    (">\n a\n  b\n c\n\n  d\n\n e\n", "=VAL >a\\n b\\nc\\n\\n d\\n\\ne\\n"),
    (">\n\n a\n", "=VAL >\\na\\n"), ("|2\n   a\n  b\n", "=VAL | a\\nb\\n"),
    ("|\n a", "=VAL |a\\n"), ("|\n a\n  ", "=VAL |a\\n \\n"), ("|-\n a", "=VAL |a"),
    ("|+\n", "=VAL |"), ("|", "=VAL |"), ("|\n\ta\n", "=VAL |\\ta\\n"),
    ("|\n a\n  \n", "=VAL |a\\n \\n"), ("> # c\n a\n", "=VAL >a\\n"),
    ("'a''b'", "=VAL 'a'b"), ("'a\n\n  b\n c'", "=VAL 'a\\nb c"),
    (
      "\"\\x41\\u00e9\\U0001F600\\0\\a\\e\\_\\N\\L\\P\"",
      "=VAL \"Aé\u{1F600}\0\u{7}\u{1b}\u{a0}\u{85}\u{2028}\u{2029}"
    ),
    ("\"a\\\n  b\"", "=VAL \"ab"), ("\"a \\\n\n  b\"", "=VAL \"a \\nb"),
    ("\"\u{7f}\"", "=VAL \"\u{7f}"),
    ("\"a  \n  b\"", "=VAL \"a b"), ("a\n b\n\n c", "=VAL :a b\\nc"),
    ("-a", "=VAL :-a"), ("?a", "=VAL :?a"), (":a", "=VAL ::a"), ("a,b]c}d", "=VAL :a,b]c}d"),
  ])
  func `has this scalar`(text: String, event: String) {
    #expect(Self.events(text) == [event], "\(text)")
  }

  @Test(arguments: ["\r\n", "\r"])
  func `may have any line break`(lineBreak: String) {
    let text = "a: |\n  x\n  y\n\nb: \"p\n  q\"\nc: r\n  s\n# d\n- e\n"
    let changed = text.replacing("\n", with: lineBreak)
    #expect(YAMLNotation.read(changed) == YAMLNotation.read(text))
    #expect(YAMLNotation.read(changed).hasPrefix("line 10, column 1"))
    let whole = String(text.prefix { $0 != "#" })
    #expect(YAMLNotation.read(whole.replacing("\n", with: lineBreak)) == YAMLNotation.read(whole))
    #expect(YAMLNotation.read(whole).hasPrefix("+DOC\n+MAP\n=VAL :a\n=VAL |x\\ny\\n\n=VAL :b"))
  }

  @Test(arguments: [
    ("", ""), ("# c\n", ""), ("...\n", ""), ("---", "+DOC ---|=VAL :|-DOC"),
    ("a\n...\nb\n", "+DOC|=VAL :a|-DOC ...|+DOC|=VAL :b|-DOC"),
    ("a\n---\nb\n", "+DOC|=VAL :a|-DOC|+DOC ---|=VAL :b|-DOC"),
    ("--- |\n a\n---\n", "+DOC ---|=VAL \u{1}a\\n|-DOC|+DOC ---|=VAL :|-DOC"),
    ("---\na: b\n...\n...\n# c\n", "+DOC ---|+MAP|=VAL :a|=VAL :b|-MAP|-DOC ..."),
    ("%YAML 1.2\n# c\n--- a\n", "+DOC ---|=VAL :a|-DOC"),
    ("%X y z\n--- a\n", "+DOC ---|=VAL :a|-DOC"),
    ("a\n%YAML 1.2\n", "+DOC|=VAL :a %YAML 1.2|-DOC"), ("---a", "+DOC|=VAL :---a|-DOC"),
  ])
  func `has these documents`(text: String, events: String) {
    let expected = events.replacing("|", with: "\n").replacing("\u{1}", with: "|")
    #expect(YAMLNotation.read(text) == expected, "\(text)")
  }
}

// BootTests: the check of XML.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Testing

@Suite("The check of XML")
struct XMLCheckTests {
  private static func shown(_ text: String) -> [String] {
    Answers.shown(XMLCheck.findings(Array(text.utf8), file: "a.xml"))
  }

  static let right = [
    "<a/>", "\u{feff}<a></a>\n", "<?xml version=\"1.0\"?><a/>",
    "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<a/>",
    "<a b = \"1\"\n c='&lt;\"&#10;>]]>'></a >", "<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x10FFFF;</a>",
    "<a><![CDATA[<&]]]]><![CDATA[>]]></a>", "<!-- a - b --><?pi x?><a><!----></a><!-- c -->",
    "<é ü=\"ö\">ä\u{85}\u{7f}]] ></é>", "<_a.b-c\u{b7}1 xml:lang='x'/>",
    "<a><b><c/></b>t<c>u</c></a>",
    "<!DOCTYPE a SYSTEM \"a.dtd\"><a>&lt;</a>", "<!DOCTYPE a PUBLIC 'p' 's'>\n<a/>",
    """
    <?xml version="1.0"?>
    <!DOCTYPE profile>
    <profile xmlns="http://www.suse.com/1.0/yast2ns" xmlns:config="http://www.suse.com/1.0/configns">
      <users config:type="list"><user><username>root</username></user></users>
      <scripts><post-scripts config:type="list"><script><source><![CDATA[
    echo a && b > c
    ]]></source></script></post-scripts></scripts>
    </profile>
    """,
  ]

  @Test(arguments: right) func `has nothing to say of XML`(text: String) {
    #expect(Self.shown(text) == [])
  }

  static let wrong = [
    ("", "1:1", "there is no root element"),
    ("x<a/>", "1:1", "no text can stand in front of the root element, and this is \"x\""),
    ("<a/>\nx", "2:1", "no text can stand behind the root element, and this is \"x\""),
    ("<a/><b/>", "1:5", "a second root element begins; XML has one"),
    ("<a>\n<b>é</a>", "2:7", "</a> closes <b> of line 2; write </b> in front of it"),
    ("<a></a></b>", "1:10", "</b> closes nothing; remove it"),
    ("<a>\n", "2:1", "the text ends within <a> of line 1; close it with </a>"),
    ("<a b='1' ü", "1:11", "= should follow the attribute \"ü\", and this is the end of the file"),
    ("<a b=1/>", "1:6", "the value of the attribute \"b\" needs quotes, and this is \"1\""),
    ("<a b='1' b='2'/>", "1:10", "<a> has the attribute \"b\" twice"),
    ("<a b='1'c='2'/>", "1:9", "a blank is missing in front of the attribute"),
    ("<a b='<'/>", "1:7", "< cannot stand in the attribute \"b\"; write &lt;, or close its quotes"),
    ("<a b='1/>", "1:6", "the quotes of the attribute \"b\" are not closed"),
    ("<a>a && b</a>", "1:6", "& begins an entity; write &amp; for a plain &"),
    (
      "<a>&uuml;</a>", "1:4",
      "the entity &uuml; is not declared; XML's own are &lt; &gt; &amp; &apos; &quot;"
    ),
    ("<a>&amp</a>", "1:4", "no ; stands behind the entity &amp, and a plain & is written as &amp;"),
    ("<a>&#0;</a>", "1:4", "XML has no such character as \"&#0;\"; remove it"),
    ("<a>\u{1}</a>", "1:4", "XML has no such character as \"\\u{1}\"; remove it"),
    ("<a>]]></a>", "1:4", "]]> cannot stand in text; write ]]&gt;"),
    (
      "<!-- a -- b --><a/>", "1:8",
      "-- cannot stand in a comment; end it with --> or write one hyphen"
    ),
    ("<a><!-- b", "1:4", "the comment is not closed with -->"),
    ("<a><![CDATA[b</a>", "1:4", "<![CDATA[ is not closed with ]]>"),
    (
      "\n<?xml version='1.0'?><a/>", "2:1",
      "<?xml can stand only where the file begins; remove what is in front of it"
    ), ("<?xml version='2.0'?><a/>", "1:16", "version cannot be \"2.0\""),
    (
      "<a>1 < 2</a>", "1:7",
      "a tag's name should follow <, and this is \" \"; write &lt; for a plain <"
    ), ("<a/><!DOCTYPE a>", "1:5", "<!DOCTYPE stands in front of the root element, once"),
  ]

  @Test(arguments: wrong) func `says where it is none`(text: String, place: String, why: String) {
    #expect(Self.shown(text) == ["error \(place) xml: \(why)"])
  }

  @Test(arguments: [
    (
      "<!DOCTYPE a [<!ENTITY e \"]\"><!-- ] -->]><a>&e;</a>", "1:13",
      "declarations in <!DOCTYPE"
    ),
    (
      "<?xml version='1.0' encoding='ISO-8859-1'?><a>", "1:42",
      "the text is declared as \"ISO-8859-1\""
    ),
    (
      "<!DOCTYPE a SYSTEM 'a.dtd'><a>&é;&b;</a>", "1:31",
      "the entity &é;, which <!DOCTYPE may declare"
    ), ("<\0a\0/\0>\0", "1:1", "the text is UTF-16 LE"),
  ])
  func `says what it did not look at`(text: String, place: String, what: String) {
    #expect(Self.shown(text) == ["note \(place) xml: not checked: \(what)"])
  }

  @Test func `reads what is nested deep`() {
    let deep = String(repeating: "<a>", count: 100_000)
    #expect(Self.shown(deep).count == 1)
    #expect(Self.shown(deep + String(repeating: "</a>", count: 100_000)) == [])
  }

  @Test func `never stumbles`() {
    let check: Answers.Check = { XMLCheck.findings($0, file: $1) }
    #expect(Answers.faults(of: check, in: Self.right, XMLCheckTests.pieces) == [])
  }

  static let pieces = [
    "<", ">", "/", "/>", "</", "=", "\"", "'", "&", ";", "&amp;", "&#", "<!--", "-->", "--",
    "]]>", "<![CDATA[", "<?", "?>", " ", "\n", "a", "b", "<a>", "</a>", "<b/>", "1", ":", "!", "[",
    "]", "x", " b='1'",
  ]
}

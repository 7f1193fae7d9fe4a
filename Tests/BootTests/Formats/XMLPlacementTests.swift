// BootTests: values in XML.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A value in XML")
struct XMLPlacementTests {
  @Test(arguments: [
    ("<a>]@@></a>", "]", "<a>]&#x5D;></a>"), ("<a>@@>]</a>", "]]", "<a>]&#x5D;>]</a>"),
    ("<a>@@</a>", "<b>&\"'", "<a>&lt;b&gt;&amp;\"'</a>"),
    ("<a b=\"@@\" c='@@'/>", "<\"'&>\t\n\r", nil),
    ("<a>@@</a>", "x\r\n\ty\u{85}\u{2028}", "<a>x&#xD;\n\ty&#x85;&#x2028;</a>"),
    ("<a><![CDATA[@@]]></a>", "a]]>b", "<a><![CDATA[a]]]]><![CDATA[>b]]></a>"),
    ("<a><![CDATA[]]@@]]></a>", ">b", "<a><![CDATA[]]]]><![CDATA[>b]]></a>"),
    ("<a><![CDATA[]@@>]]></a>", "]", "<a><![CDATA[]]]]><![CDATA[>]]></a>"),
    ("<a><![CDATA[]@@]>]]></a>", "", "<a><![CDATA[]]]><![CDATA[]>]]></a>"),
    ("<a><![CDATA[@@]]></a>", "x\ry<&", "<a><![CDATA[x]]>&#xD;<![CDATA[y<&]]></a>"),
    ("<!-- @@ --><a>@@</a>", "a-b>", "<!-- a-b> --><a>a-b&gt;</a>"),
    ("<a><b/>@@<c></c></a>", "x", "<a><b/>x<c></c></a>"),
    ("<?xml v='>'?><!DOCTYPE a [<!ENTITY e '<>'> <!-- ' --> ]><a>&e;@@</a>", "&", nil),
  ])
  func `is escaped`(template: String, value: String, shown: String?) {
    let text = Formats.place(template, value, as: .xml)
    if let shown {
      #expect(text == shown)
    } else if value == "&" {
      #expect(text.hasSuffix("&e;&amp;</a>"))
    } else {
      let escaped = "&lt;&quot;&apos;&amp;&gt;&#x9;&#xA;&#xD;"
      #expect(text == "<a b=\"\(escaped)\" c='\(escaped)'/>")
    }
  }

  @Test(arguments: [
    ("<a>]]@@></a>", "", "would make ]]>"),
    ("<@@/>", "a", "in a tag"), ("<a @@=\"x\"/>", "b", "in a tag"), ("<a b=@@/>", "b", "in a tag"),
    ("<a></a@@>", "b", "in a tag"), ("<?x @@?><a/>", "b", "<?...?>"),
    ("<!DOCTYPE @@><a/>", "a", "<!...>"),
    ("<!DOCTYPE a [<!ENTITY e \"@@\">]><a/>", "a", "<!...>"),
    ("@@<a/>", "a", "outside of the elements"),
    ("<a/>@@", "a", "outside of the elements"), ("<a>&@@;</a>", "lt", "write &amp;"),
    ("<a>&#@@;</a>", "60", "write &amp;"),
    ("<a b='&@@;'/>", "lt", "write &amp;"), ("<!-- @@ --><a/>", "a--b", "two hyphens"),
    ("<!--@@--><a/>", "-a", "two hyphens"),
    ("<!--@@--><a/>", ">", "two hyphens"), ("<!--@@--><a/>", "a-", "two hyphens"),
    ("<!-- -@@- --><a/>", "", "two hyphens"),
    ("<!-- @@ --><a/>", "a\nb", "line break"), ("<a>@@</a>", "\u{0}", "XML cannot hold"),
    ("<a>@@</a>", "\u{1b}", "XML cannot hold"),
    ("<a b='@@'/>", "\u{ffff}", "XML cannot hold"),
    ("<a><![CDATA[@@]]></a>", "\u{b}", "XML cannot hold"),
  ])
  func `is refused where it would be markup`(template: String, value: String, reason: String) {
    Formats.refuses(template, value, as: .xml, reason)
  }
}

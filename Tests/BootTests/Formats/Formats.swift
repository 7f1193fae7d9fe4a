// BootTests: what tests of formats share.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Text

@testable import Boot

/// Renders with a value in place of `@@`.
enum Formats {
  static func place(_ template: String, _ value: JSON, as format: ConfigFormat) -> String {
    TemplateTests.render(
      template.replacing("@@", with: "{{metadata.x}}"), ["x": value], as: format)
  }

  static func place(_ template: String, _ value: String, as format: ConfigFormat) -> String {
    place(template, .string(value), as: format)
  }

  /// Expects a refusal whose sentence has those words.
  static func refuses(
    _ template: String, _ value: String, as format: ConfigFormat, _ reason: String,
    location: SourceLocation = #_sourceLocation
  ) {
    let text = place(template, value, as: format)
    #expect(
      text.hasPrefix("configs/t.yml.tmpl line ") && text.contains("{{metadata.x}}: ")
        && text.contains(reason), "\(text)", sourceLocation: location)
  }

  /// What ends a line for some reader, and what no text should hold.
  static let breaks = [
    "a\nb", "a\rb", "a\u{b}b", "a\u{c}b", "a\u{1c}b", "a\u{1d}b", "a\u{1e}b", "a\u{85}b",
    "a\u{2028}b", "a\u{2029}b", "a\u{0}b", "a\u{1b}b", "a\u{7f}b",
  ]
}

@Suite("A config's format")
struct ConfigFormatTests {
  @Test(arguments: [
    ("node.yml", ConfigFormat.yaml), ("configs/node.yaml", .yaml), ("NODE.YML", .yaml),
    ("node.ign", .json), ("node.json", .json), ("preseed.cfg", .preseed), ("a.preseed", .preseed),
    ("node.ks", .kickstart), ("autoyast.xml", .xml), ("answer.toml", .toml), ("menu.ipxe", .ipxe),
    ("post.sh", .shell), ("user-data", .yaml), ("seed/meta-data", .yaml), ("vendor-data", .yaml),
    ("network-config", .yaml), ("motd", .text), ("motd.txt", .text), ("user-data.txt", .text),
    ("yml", .text), ("a.yml/b", .text), ("", .text),
  ])
  func `is told by the file's name`(name: String, format: ConfigFormat) {
    #expect(ConfigFormat(fileName: name) == format)
    #expect(ConfigFormat(fileName: Array(name.utf8)) == format)
  }

  @Test(arguments: ConfigFormat.allCases)
  func `is a shell's where the text begins with #!`(format: ConfigFormat) {
    #expect(Formats.place("#!/bin/sh\nx=@@\n", "a-b", as: format) == "#!/bin/sh\nx=a-b\n")
    Formats.refuses("#!/bin/sh\nx=@@\n", "a b", as: format, "mean something to a shell")
  }

  @Test(arguments: ConfigFormat.allCases)
  func `keeps what its author wrote`(format: ConfigFormat) {
    let text = "a {b} 'c\" \\ <d>\r\n%x\t\u{2028} # &é\n\n]]> `$(\n"
    #expect(TemplateTests.render(text, as: format) == text)
    #expect(TemplateTests.render("", as: format) == "")
  }

  @Test func `is shown in the docs as it is`() throws {
    let blocks = try DocsBlock.all(of: "docs/templates.md")
    var machine = Machine(id: RecordTests.id, firstSeen: Timestamp(seconds: 0))
    machine.hostname = "node7"
    try machine.metadata.set("motd", .string("it's $HOME"))
    let values = TemplateValues(
      Roster.Entry(machine, token: "00ff"), server: "http://10.0.0.1:4777")
    let template = try Template(parsing: Array(blocks[0].text.utf8), file: "node.preseed.tmpl")
    let text = try template.render(values, snippets: [:], as: .preseed)
    #expect(String(decoding: text, as: UTF8.self) == blocks[1].text)
  }

  @Test func `does not become a script by a value`() {
    Formats.refuses("@@\n", "#!/bin/sh", as: .text, "would make a script of the file")
    Formats.refuses("#@@\n", "!/bin/sh", as: .text, "would make a script of the file")
    #expect(Formats.place("# @@\n", "!/bin/sh", as: .text) == "# !/bin/sh\n")
  }

  @Test func `is iPXE's in its own files only`() {
    Formats.refuses("#!ipxe\necho @@\n", "a?b|", as: .shell, "mean something to a shell")
    #expect(Formats.place("#!ipxe\necho @@\n", "a?b|", as: .ipxe) == "#!ipxe\necho a?b|\n")
  }

  @Test(arguments: Formats.breaks)
  func `of plain text keeps a value on its line`(value: String) {
    Formats.refuses("x @@ y\n", value, as: .text, "line break or control character")
  }

  /// `\\{{` is two braces, so it takes a snippet to put a backslash in front of a value.
  @Test(arguments: [
    (ConfigFormat.kickstart, "part "), (.kickstart, "part \""), (.kickstart, "%post\necho "),
    (.kickstart, "%post\necho \""), (.preseed, "d-i x/y_command string "), (.toml, "a = \""),
    (.toml, "a = \"\"\""), (.json, "\""), (.yaml, "a: \""),
  ])
  func `has no backslash in front of a value`(format: ConfigFormat, head: String) {
    let text = TemplateTests.render(
      head + "{{include \"s\"}}{{metadata.x}}\n", ["x": .string("a")], as: format,
      snippets: ["s": "\\"])
    #expect(text.contains("a backslash stands in front of it"), "\(text)")
  }

  @Test func `of plain text takes all else`() {
    #expect(Formats.place("x @@ y\r\n", "\t\"'$<&#é", as: .text) == "x \t\"'$<&#é y\r\n")
  }
}

@Suite("A template's encoding")
struct TextEncodingTests {
  @Test(
    arguments: [
      ([0xff, 0xfe, 0x61, 0], "UTF-16 LE"), ([0xfe, 0xff, 0, 0x61], "UTF-16 BE"),
      ([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0], "UTF-32 LE"), ([0, 0, 0xfe, 0xff], "UTF-32 BE"),
      ([0x61, 0, 0x62, 0, 0x0a, 0], "UTF-16 LE"), ([0, 0x61, 0, 0x62], "UTF-16 BE"),
      ([0x61, 0, 0, 0, 0x62, 0, 0, 0], "UTF-32 LE"), ([0, 0, 0, 0x61], "UTF-32 BE"),
    ] as [([UInt8], String)])
  func `is named where it is not UTF-8`(bytes: [UInt8], name: String) {
    #expect(
      throws: TemplateError(
        file: "f", line: 1, reason: "the file is \(name), not UTF-8; save it as UTF-8")
    ) {
      try Template(parsing: bytes, file: "f")
    }
  }

  @Test func `is UTF-8 without a mark`() {
    for (bytes, reason) in [
      ([0x61, 0xe9], "is not UTF-8"), ([0xef, 0xbb, 0xbf], "UTF-8 (EF BB BF)"),
    ] {
      let error = #expect(throws: TemplateError.self) {
        try Template(parsing: bytes.map(UInt8.init), file: "f")
      }
      #expect(error?.reason.contains(reason) ?? false)
    }
    for text in ["", "a", "a\u{0}b", "ab\u{0}\u{0}", "é"] {
      #expect(TextEncoding.name(of: Array(text.utf8)) == nil, "\(text)")
    }
  }
}

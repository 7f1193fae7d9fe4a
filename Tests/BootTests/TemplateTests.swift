// BootTests: configs that are rendered per machine.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A template")
struct TemplateTests {
  /// A machine whose metadata `x` is the value that is tried.
  static func values(_ metadata: [String: JSON] = [:], serial: String? = "CZC-1") -> TemplateValues
  {
    var machine = Machine(id: RecordTests.id, firstSeen: Timestamp(seconds: 0))
    machine.uuid = RecordTests.id.uuid
    machine.macs = [MACAddress("52:54:00:00:00:01")!]
    machine.serial = serial
    machine.ip = "10.0.0.7"
    (machine.arch, machine.platform) = ("x86_64", "efi")
    machine.profile = "core"
    machine.etcdToken = "abc123"
    for (key, value) in metadata { try! machine.metadata.set(key, value) }
    return TemplateValues(Roster.Entry(machine, token: "00ff"), server: "http://b:1/p")
  }

  static func render(
    _ text: String, _ metadata: [String: JSON] = [:], as format: ConfigFormat = .yaml,
    snippets: [String: String] = [:], serial: String? = "CZC-1"
  ) -> String {
    do throws(TemplateError) {
      let template = try Template(parsing: Array(text.utf8), file: "configs/t.yml.tmpl")
      var parsed: [String: Template] = [:]
      for (name, text) in snippets {
        parsed[name] = try Template(
          parsing: Array(text.utf8), file: "configs/snippets/\(name)", isSnippet: true)
      }
      let bytes = try template.render(
        values(metadata, serial: serial), snippets: parsed, as: format)
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("id", "4c4c4544-0031-3010-8034-b4c04f333232"), ("mac", "52:54:00:00:00:01"),
    ("buildarch", "x86_64"), ("platform", "efi"), ("serial", "CZC-1"), ("asset", ""),
    ("hostname", ""), ("ip", "10.0.0.7"), ("profile", "core"),
    ("token", "00ff"),
    (
      "installed_url",
      "http://b:1/p/machines/4c4c4544-0031-3010-8034-b4c04f333232/installed?token=00ff"
    ),
    (
      "running_url", "http://b:1/p/machines/4c4c4544-0031-3010-8034-b4c04f333232/running?token=00ff"
    ),
  ])
  func `knows the machine`(name: String, value: String) {
    #expect(Self.render("a: \"{{machine.\(name)}}\"\n") == "a: \"\(value)\"\n")
  }

  @Test func `knows the server and the cluster`() {
    #expect(
      Self.render("u: {{server.url}}/x\nd: {{ etcd.discovery }}\n")
        == "u: http://b:1/p/x\nd: http://b:1/p/etcd/abc123\n")
  }

  @Test func `leaves what is not its own`() {
    let text = "a: $public_ipv4 ${b} \\{{ .State.Pid }}\nb: { c: [d, 'e'] }\n# {} }} \"\n\tx\r\n"
    #expect(Self.render(text) == text.replacing("\\{{", with: "{{"))
    #expect(Self.render("no newline") == "no newline" && Self.render("") == "")
  }

  @Test(arguments: [
    (
      "a\n{{machine.serail}}",
      "line 2: unknown variable \"machine.serail\"; did you mean \"machine.serial\"?"
    ),
    (
      "{{ .State.Pid }}",
      "line 1: unknown variable \".State.Pid\"; there are machine.id, machine.uuid,"
    ),
    (
      "\n\n{{metadata.rack}}",
      "line 3: {{metadata.rack}}: the machine has no such metadata; did you mean \"metadata.rac\"?"
    ),
    (
      "{{metadata.zone}}",
      "line 1: {{metadata.zone}}: the machine has no such metadata; set it, or guard it with {{#if metadata.zone}}"
    ),
    ("a {{machine.id\n}}", "line 1: {{ has no }} on its line; write \\{{ for two braces"),
    ("{{#if metadata.a}}\nx\n", "line 1: {{#if metadata.a}} has no {{/if}}"),
    ("x\n{{/if}}\n", "line 2: {{/if}} ends nothing"),
    (
      "{{#each metadata}}\n",
      "line 1: {{#each metadata}} is nothing here; there are {{#if NAME}} and {{/if}}"
    ),
    ("{{include x}}", "line 1: an include is written {{include \"NAME\"}}"),
    ("{{include \"../x\"}}", "line 1: \"../x\" is no file's name in configs/snippets/"),
    ("{{include \"a/b\"}}", "line 1: \"a/b\" is no file's name in configs/snippets/"),
    ("a\n {{include \"none\"}}", "line 2: there is no configs/snippets/none"),
    (
      String(repeating: "{{#if machine.id}}\n", count: 65),
      "line 65: more than 64 conditions stand one in another"
    ), ("{{machine}}", "line 1: unknown variable \"machine\""),
    ("{{}}", "line 1: unknown variable \"\""),
    ("{{metadata.a b}}", "line 1: unknown variable \"metadata.a b\""),
  ])
  func `says file, line and what was meant`(text: String, reason: String) {
    let line = Self.render(text, ["rac": .string("7")])
    #expect(line.hasPrefix("configs/t.yml.tmpl \(reason)"), "\(line)")
  }

  @Test func `has conditions that leave no line behind`() {
    let text =
      "a: 1\n  {{#if metadata.x}}\nb: {{metadata.x}}\n{{#if machine.asset}}\nc\n{{/if}}\n{{/if}}\nd\n"
    #expect(Self.render(text, ["x": .string("x1")]) == "a: 1\nb: x1\nd\n")
    #expect(Self.render(text) == "a: 1\nd\n")
    for value in [JSON.string(""), .string("false"), .bool(false)] {
      #expect(Self.render(text, ["x": value]) == "a: 1\nd\n")
    }
    #expect(Self.render("a{{#if machine.ip}}b{{/if}}c") == "abc")
    #expect(Self.render("{{#if machine.nope}}\n{{/if}}").contains("unknown variable"))
  }

  @Test func `ends the last line of a snippet that stands alone`() {
    #expect(Self.render("{{include \"s\"}}\nb: 2\n", snippets: ["s": "x: 1"]) == "x: 1\nb: 2\n")
    #expect(Self.render("a {{include \"s\"}} b\n", snippets: ["s": "x"]) == "a x b\n")
  }

  @Test func `includes snippets, indented as the line is`() {
    let snippets = [
      "s": "- one: {{machine.serial}}\n  two: 2\n\n- three\n"
    ]
    #expect(
      Self.render("a:\n  {{include \"s\"}}\nb\n", snippets: snippets)
        == "a:\n  - one: CZC-1\n    two: 2\n\n  - three\nb\n")
    #expect(
      Self.render("{{include \"t\"}}", snippets: ["t": "{{include \"s\"}}"])
        == "configs/snippets/t line 1: a snippet cannot include another")
    #expect(
      Self.render("\n{{include \"u\"}}", snippets: ["u": "\n{{metadata.no}}"])
        .hasPrefix("configs/snippets/u line 2: {{metadata.no}}"))
  }
}

@Suite("A value in YAML")
struct YAMLPlacementTests {
  static func place(_ template: String, _ value: JSON) -> String {
    TemplateTests.render(template, ["x": value])
  }

  @Test(arguments: [
    ("core", "core"), ("a b", "a b"), ("", "\"\""),
    ("true", "\"true\""), ("No", "\"No\""), ("null", "\"null\""), ("~", "\"~\""), ("12", "\"12\""),
    ("1e5", "\"1e5\""), ("0x1f", "\"0x1f\""), ("2026-11-21", "\"2026-11-21\""),
    ("10.0.0.1", "\"10.0.0.1\""), ("a: b", "\"a: b\""), ("a #b", "\"a #b\""), ("a:", "\"a:\""),
    ("- a", "\"- a\""), ("[a]", "\"[a]\""), ("'a", "\"'a\""), ("\"a", "\"\\\"a\""),
    ("a\nb: c", "\"a\\nb: c\""), ("a\\", "\"a\\\\\""), ("é", "\"é\""),
    ("a\u{85}b", "\"a\\u0085b\""),
    ("a\u{2028}b", "\"a\\u2028b\""), (" a", "\" a\""), ("a ", "\"a \""), ("*a", "\"*a\""),
    ("!a", "\"!a\""), ("%a", "\"%a\""), ("@a", "\"@a\""), ("`a", "\"`a\""), (".inf", "\".inf\""),
  ])
  func `stands in quotes where it needs them`(value: String, shown: String) {
    for (before, after) in [("a: ", "\n"), ("- ", "\n"), ("a: [b, ", "]\n"), ("? ", "\n")] {
      #expect(
        Self.place("\(before){{metadata.x}}\(after)", .string(value)) == before + shown + after)
    }
  }

  /// PyYAML ends a plain scalar there at a question mark, and older ones at a colon.
  @Test(arguments: ["http://h:1/p?q=1", "a?b", "a:b"])
  func `stands in quotes within brackets`(value: String) {
    for (before, after) in [("a: [b, ", "]\n"), ("a: {b: ", "}\n"), ("[[{c: ", "}]]\n")] {
      #expect(
        Self.place("\(before){{metadata.x}}\(after)", .string(value))
          == "\(before)\"\(value)\"\(after)")
    }
    #expect(Self.place("a: {{metadata.x}}\n", .string(value)) == "a: \(value)\n")
    #expect(Self.place("a: [b]\nc: {{metadata.x}}\n", .string(value)) == "a: [b]\nc: \(value)\n")
  }

  @Test func `that is a number or a truth needs none`() {
    #expect(Self.place("a: {{metadata.x}}\n", .number("3")) == "a: 3\n")
    #expect(Self.place("a: {{metadata.x}}\n", .bool(true)) == "a: true\n")
    #expect(Self.place("a: n{{metadata.x}}\n", .number("3")) == "a: n3\n")
  }

  @Test(arguments: [
    ("u: http://{{metadata.x}}:4001/v2 # c\n", "a b#", "u: \"http://a b#:4001/v2\" # c\n"),
    ("- -o x={{metadata.x}}\n", "a", "- \"-o x=a\"\n"),
    ("k{{metadata.x}}: v\n", ": a", "\"k: a\": v\n"),
    ("a: {b: {{metadata.x}}, c: d}\n", "1, e: 2", "a: {b: \"1, e: 2\", c: d}\n"),
    ("a: !!str {{metadata.x}}\n", "1", "a: !!str \"1\"\n"),
    ("a: &n {{metadata.x}}\n", "1", "a: &n \"1\"\n"),
    ("a: \"x{{metadata.x}}y\"\n", "\"\\\n", "a: \"x\\\"\\\\\\ny\"\n"),
    ("a: 'x{{metadata.x}}y'\n", "it's \"", "a: 'xit''s \"y'\n"),
    ("a: 'b\n  c {{metadata.x}}'\nd: {{metadata.x}}\n", "#'", "a: 'b\n  c #'''\nd: \"#'\"\n"),
    (
      "a: |\n  x {{metadata.x}}\nb: {{metadata.x}}\n", "# : '\"",
      "a: |\n  x # : '\"\nb: \"# : '\\\"\"\n"
    ),
    (
      "- b: >2-\n    x {{metadata.x}}\n  c: {{metadata.x}}\n", "- '",
      "- b: >2-\n    x - '\n  c: \"- '\"\n"
    ),
    ("a: | # c {{metadata.x}}\n  {{metadata.x}}\n", "x: y", "a: | # c x: y\n  x: y\n"),
    ("# a {{metadata.x}}\nb: {{metadata.x}}\n", "c: d", "# a c: d\nb: \"c: d\"\n"),
    ("a: it's {{metadata.x}}\n", "b", "a: \"it's b\"\n"),
    ("a: {{metadata.x}}\r\nb: c\r\n", "d: e", "a: \"d: e\"\r\nb: c\r\n"),
    ("a:\n  - {{metadata.x}}\n  - [x, {{metadata.x}}]\n", "]", "a:\n  - \"]\"\n  - [x, \"]\"]\n"),
  ])
  func `stays in the scalar it stands in`(template: String, value: String, text: String) {
    #expect(Self.place(template, .string(value)) == text)
  }

  @Test(arguments: [
    ("a: |\n  {{metadata.x}}\n", "a\nb", "use double quotes"),
    ("# {{metadata.x}}\n", "a\nb: c", "use double quotes"),
    ("# {{metadata.x}}\n", "a\u{85}b: c", "use double quotes"),
    ("a: '{{metadata.x}}'\n", "a\nb", "use double quotes"),
    ("a: \"\\{{metadata.x}}\"\n", "", ""),
    ("a: \"b\"{{metadata.x}}\n", ", c", "no value can stand here"),
    ("a: [\"b\"{{metadata.x}}]\n", ", c", "no value can stand here"),
    ("a: !{{metadata.x}} b\n", "str x", "no value can stand here"),
    ("a: b c\n  d {{metadata.x}}\n", "e: f", "it would be part of a text over several lines"),
    ("- b c\n  d {{metadata.x}}\n", "e: f", "it would be part of a text over several lines"),
  ])
  func `is refused where nothing could keep it in`(template: String, value: String, reason: String)
  {
    let text = Self.place(template, .string(value))
    if reason.isEmpty {
      #expect(text == "a: \"{{metadata.x}}\"\n")
    } else {
      #expect(text.hasPrefix("configs/t.yml.tmpl line ") && text.contains(reason), "\(text)")
    }
  }

  @Test(arguments: [
    ("d: long text\n  'tis more\nb: {{metadata.x}}\nc: 'z'\n", "{e: [1]}", "b: \"{e: [1]}\"\n"),
    ("d: long\n  \"text\nb: {{metadata.x}}\n", "e: f", "b: \"e: f\"\n"),
    ("d: |1\n   deep\n b {{metadata.x}}\nb: {{metadata.x}}\n", "e: f", "b: \"e: f\"\n"),
    ("d: [a,\n  'b', c\n  ]\nb: {{metadata.x}}\n", "e: f", "b: \"e: f\"\n"),
  ])
  func `is seen as one behind texts over several lines`(
    template: String, value: String, end: String
  ) {
    #expect(Self.place(template, .string(value)).contains(end))
  }

  @Test func `in a script is plain or refused`() {
    let template = "#!/bin/sh\nx={{metadata.x}} {{machine.installed_url}}\n"
    #expect(
      Self.place(template, .string("a-b/c:1")).hasPrefix("#!/bin/sh\nx=a-b/c:1 http://b:1/p/"))
    for value in ["a b", "a?", "$(x)", "a;b", "`x`", "a'b", "a\"b", "a\nb", "a&b", "*", "~", "é"] {
      #expect(Self.place(template, .string(value)).contains("mean something to a shell"))
    }
  }

  @Test(arguments: [
    (
      #"{"a": {{metadata.x}}, "b": "c{{metadata.x}}d"}"#, JSON.string("x\"\\\n"),
      #"{"a": "x\"\\\n", "b": "cx\"\\\nd"}"#
    ),
    (#"[{{metadata.x}}, "{{metadata.x}}", "\"{{metadata.x}}"]"#, .number("7"), #"[7, "7", "\"7"]"#),
    (#"{"\\": {{metadata.x}}}"#, .bool(true), #"{"\\": true}"#),
  ])
  func `in JSON is quoted or escaped`(template: String, value: JSON, text: String) {
    #expect(TemplateTests.render(template, ["x": value], as: .json) == text)
  }
}

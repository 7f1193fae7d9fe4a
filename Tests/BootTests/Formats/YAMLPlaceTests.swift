// BootTests: what the reader of YAML says of a value's place.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A value's place in YAML")
struct YAMLPlaceTests {
  /// A loose carriage return ends a line; a comma or colon ends a text over several lines.
  @Test(arguments: [
    ("# a\r@@\n", "[b", "# a\r\"[b\"\n"), ("a: |\r  b\rc: @@\r", "[", "a: |\r  b\rc: \"[\"\r"),
    ("a: [b\n  , @@]\n", "[", "a: [b\n  , \"[\"]\n"),
    ("a: {b\n  : @@}\n", "[", "a: {b\n  : \"[\"}\n"),
    ("a: [? @@ : b]\nc: @@\n", "a?", "a: [? \"a?\" : b]\nc: a?\n"),
    ("{\"a\":@@, ? @@ : b}\n", "[", "{\"a\":\"[\", ? \"[\" : b}\n"),
    ("a: [b,\n# @@\n'c', @@]\nd: @@\n", "]", "a: [b,\n# ]\n'c', \"]\"]\nd: \"]\"\n"),
    ("a: &b !c\n  # @@\n  @@\n", "[", "a: &b !c\n  # [\n  \"[\"\n"),
    ("a: \"b\\\n  @@\\\n  \"\n", "\"", "a: \"b\\\n  \\\"\\\n  \"\n"),
    ("- - ? @@\n    : |1\n      @@\n- @@\n", "[", "- - ? \"[\"\n    : |1\n      [\n- \"[\"\n"),
    ("a:\n- b\n  - c\n- @@\n", "[", "a:\n- b\n  - c\n- \"[\"\n"),
    ("a: |\n  @@\n  b\n  @@\n", "", "a: |\n  \n  b\n  \n"),
    ("a: @@\nb c\n", "[", "a: \"[\"\nb c\n"),
  ])
  func `is what the reader finds`(template: String, value: String, shown: String) {
    #expect(Formats.place(template, value, as: .yaml) == shown)
  }

  @Test(arguments: [
    ("a: |@@\n", "-", "it is neither in a text nor in place of one"),
    ("a: b # c\n  @@\n", "d", "it is neither in a text nor in place of one"),
    ("a: |\n    b\n  @@: c\n", "d", "it is neither in a text nor in place of one"),
    ("a: &n@@ b\nc: d\ne: f\ng: 'h' i\n", "x", "it is neither in a text nor in place of one"),
    ("a: &n@@ b\n", "x", "it is neither in a text nor in place of one"),
    ("a: &b c\nd: *b@@\n", "x", "it is neither in a text nor in place of one"),
    ("%X @@\n--- a\n", "x", "it is neither in a text nor in place of one"),
    ("a: \"b\nc: @@\n", "x", "line 1 of the rendered text is no YAML: the text in quotes"),
    ("a: 'b\n--- @@'\n", "c", "line 2 of the rendered text is no YAML: a line with --- or ..."),
    ("a: @b\nc: @@\n", "d", "line 1 of the rendered text is no YAML: no value begins with @"),
    ("a: b c: @@\n", "d", "line 1 of the rendered text is no YAML: this colon begins a mapping"),
    ("a:\u{0}@@\n", "b", "line 1 of the rendered text is no YAML: the control character U+0000"),
    ("\ta: @@\n", "b", "line 1 of the rendered text is no YAML: a tab cannot indent"),
    ("'a':@@\n", "b", "line 1 of the rendered text is no YAML: nothing may follow"),
    ("a: b\n  c: @@\n", "d", "line 2 of the rendered text is no YAML"),
    ("[a, @@]: b\n", String(repeating: "k", count: 1001), "a key of more than"),
    ("&anchor_with_a_long_name @@: b\n", String(repeating: "k", count: 990), "a key of more than"),
    ("a: >\n  b\n  @@\n  c\n", "", "cannot begin a block"),
    ("a: |\n  @@\n  @@ b\n  c\n", "", "cannot begin a block"),
    ("a: |\n  @@\n    \nb: c\n", "", "cannot begin a block"),
    ("a: |\n  b\u{2028}@@\n", "c", "ends the line for some readers"),
    ("# \u{85}@@\n", "b: c", "ends the line for some readers"),
  ])
  func `is refused where the reader finds none`(template: String, value: String, reason: String) {
    Formats.refuses(template, value, as: .yaml, reason)
  }

  @Test func `is looked for in the branches that are taken`() {
    let text = "{{#if machine.asset}}\na: [\n{{/if}}\n{{#if machine.ip}}\na: |\n{{/if}}\n  b: @@\n"
    #expect(Formats.place(text, "c: [", as: .yaml) == "a: |\n  b: c: [\n")
    let other =
      "{{#if machine.ip}}\na: [\n{{/if}}\n{{#if machine.asset}}\na: |\n{{/if}}\n  b: @@]\n"
    #expect(Formats.place(other, "c: [", as: .yaml) == "a: [\n  b: \"c: [\"]\n")
  }

  @Test func `is named by the template's line, and what is wrong by the rendered one's`() {
    Formats.refuses(
      "{{#if machine.asset}}\nx\ny\n{{/if}}\na: \"b\" c\nd: @@\n", "e", as: .yaml,
      "for line 1 of the rendered text is no YAML")
    #expect(
      Formats.place("{{#if machine.asset}}\nx\n{{/if}}\na: \"b\" c\nd: @@\n", "e", as: .yaml)
        .hasPrefix("configs/t.yml.tmpl line 5: {{metadata.x}}: "))
  }

  @Test(arguments: [
    (
      "{% if a %}\na: |\n{% for b in c %}\n  b\n{% endfor %}\n  @@\n{# '\n #}\nd: @@\n",
      "[", "a: |\n{% for b in c %}\n  b\n{% endfor %}\n  [\n{# '\n #}\nd: \"[\"\n"
    ),
    ("a: \\{{ b['c'] }}\nd: {% if e %}@@{% endif %}\n", "[", "d: {% if e %}\"[\"{% endif %}\n"),
    ("a: \\{{ b[\"c\"] }}-d\ne: \\{{ f }}-@@\n", "g", "}}-d\ne: \"{{ f }}-g\"\n"),
  ])
  func `is found between what jinja reads`(template: String, value: String, shown: String) {
    let text = Formats.place("## template: jinja\n#cloud-config\n" + template, value, as: .yaml)
    #expect(text.contains(shown), "\(text)")
  }

  @Test(arguments: [
    ("a: \\{{ b[\"c\"] }}-@@\n", "d", "in quotes with jinja's"),
    ("{% if a %}\nb: [\n{% endif %}\nc: 'd' e\nf: @@\n", "g", "line 6 of the rendered text"),
    ("a: {% @@\n", "b", "no value begins with %"),
  ])
  func `is refused where jinja leaves none`(template: String, value: String, reason: String) {
    let text = Formats.place("## template: jinja\n#cloud-config\n" + template, value, as: .yaml)
    #expect(text.contains(reason), "\(text)")
  }
}

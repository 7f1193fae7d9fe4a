// BootServerTests: a YAML reader that others wrote reads our configs as they were meant.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Text

@testable import Boot

@Suite("PyYAML")
struct YAMLOracleTests {
  /// Places for a value, and what a reader finds around it.
  static let places = [
    "a: {{metadata.x}}\nz: 1\n", "a: \"{{metadata.x}}\"\nz: 1\n", "a: '{{metadata.x}}'\nz: 1\n",
    "a: |-\n  {{metadata.x}}\nz: 1\n", "a: {{metadata.x}} # c\nz: 1\n",
    "{a: {{metadata.x}}, z: 1}\n",
    "a: !!str {{metadata.x}}\nz: 1\n", "? a\n: {{metadata.x}}\nz: 1\n", "z: 1\na: {{metadata.x}}",
    "# {{metadata.x}}\na: \"{{metadata.x}}\"\nz: 1\n", "{a: \"{{metadata.x}}\", z: 1}\n",
    "a: p-{{metadata.x}}-s\nz: 1\n", "a: \"p-{{metadata.x}}-s\"\nz: 1\n",
    "a: 'p-{{metadata.x}}-s'\nz: 1\n",
    "\"a\": {{metadata.x}}\nz: 1\n", "{ 'a' : {{metadata.x}} , z: 1}\n",
    "a:\n  {{metadata.x}}\nz: 1\n", "{a: {{metadata.x}}, z: 1}\n",
    "{a: p-{{metadata.x}}-s, z: 1}\n",
  ]

  static let nasty = [
    "core", "", " ", "a b", "a: b", "a :b", "a #b", "#", "- a", "-", "--- x", "...", "? a", ": a",
    ":",
    "a:", "[", "]", "{", "}", ",", "a, z: 2", "a}, {b", "\"", "'", "''", "\"\"", "a\"b'c", "\\",
    "\\n",
    "a\\", "!!int 3", "!x", "&a b", "*a", "|", ">", "|\n  x", "%TAG", "@a", "`a", "true", "no",
    "Null",
    "~", "12", "1_000", "0o14", "0x1F", "1e3", ".5", "-.inf", "1:30", "2001-12-14", "=", "<<", "é",
    "日本", "\u{1F600}", "a\nz: 2", "a\r\nz: 2", "a\tb", "\ta", "a\u{85}z: 2", "a\u{2028}z: 2",
    "a\u{0}b", "a\u{7f}b", "\u{feff}a", "a\u{a0}b", "x\nz: 2\n", "${a}", "$public_ipv4", "{{b}}",
    "a?b", "http://h:4777/machines/m/installed?token=t", "a?", "a:b",
  ]

  /// Row 18: a bare URL with its `?` within brackets is no YAML to PyYAML, and cloud-init drops the config.
  @Test(
    .needs(.pythonYAML),
    arguments: [
      ("runcmd:\n - [curl, -X, POST, {{machine.installed_url}}]\n", "d['runcmd'][0][3]"),
      ("phone_home: {url: {{machine.installed_url}}}\n", "d['phone_home']['url']"),
      ("phone_home: {url: {{machine.installed_url}}, post: all}\n", "d['phone_home']['url']"),
      ("a: [[{{machine.installed_url}}], {b: [{{machine.installed_url}}]}]\n", "d['a'][1]['b'][0]"),
    ])
  func `reads a report's URL back`(template: String, place: String) throws {
    let machine = Machine(id: MachineID("52-54-00-00-00-01")!, firstSeen: Timestamp(seconds: 0))
    let values = TemplateValues(Roster.Entry(machine, token: "t0"), server: "http://h:4777")
    let text = try Template(parsing: Array(template.utf8), file: "f")
      .render(values, snippets: [:], as: .yaml)
    let program = "import sys, yaml; d = yaml.safe_load(sys.argv[1]); print(\(place), end='')"
    let result = try Program.run(
      "/usr/bin/python3", ["-c", program, String(decoding: text, as: UTF8.self)])
    #expect(
      result.output == "http://h:4777/machines/52-54-00-00-00-01/installed?token=t0",
      "\(String(decoding: text, as: UTF8.self))")
  }

  @Test(.needs(.pythonYAML))
  func `reads every value back, whatever it holds and wherever it stands`() throws {
    var cases: [JSON] = []
    var refused = 0
    for place in Self.places {
      for value in Self.nasty {
        var machine = Machine(id: MachineID("52-54-00-00-00-01")!, firstSeen: Timestamp(seconds: 0))
        try machine.metadata.set("x", .string(value))
        let values = TemplateValues(Roster.Entry(machine, token: ""), server: "")
        let template = try Template(parsing: Array(place.utf8), file: "f")
        guard let text = try? template.render(values, snippets: [:], as: .yaml) else {
          // Only what no place of its kind can hold: line breaks in blocks, comments, single quotes.
          #expect(
            value.unicodeScalars.contains(where: ControlCharacters.contains)
              || (place.contains("|-") && value.hasPrefix(" ")), "\(place) \(value)")
          refused += 1
          continue
        }
        let isPadded = place.contains("p-{{")
        cases.append(
          .array([
            .string(String(decoding: text, as: UTF8.self)),
            .string(isPadded ? "p-\(value)-s" : value), .string(place),
          ]))
      }
    }
    let directory = try TemporaryDirectory(["cases.json": JSONWriter.text(.array(cases))])
    let program = """
      import json, sys, yaml
      bad = 0
      for text, value, place in json.load(open(sys.argv[1])):
          # A block scalar keeps no blanks at its end apart, and none in front of its first line.
          if "|-" in place and value != value.strip() or "|-" in place and not value: continue
          try: got = yaml.safe_load(text)
          except Exception as error: got = str(error)
          if got != {"a": value, "z": 1}:
              bad += 1
              print(repr(place), repr(value), repr(text), repr(got))
      print("bad", bad)
      """
    let result = try Program.run(
      "/usr/bin/python3", ["-c", program, directory.path + "/cases.json"], within: 60)
    #expect(result.output.hasSuffix("bad 0\n"), "\(result.output)")
    #expect(cases.count > 1000 && refused > 20)
  }
}

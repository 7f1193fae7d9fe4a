// BootTests: values in what cloud-init and Ignition take.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A value in what cloud-init takes")
struct CloudPlacementTests {
  @Test(arguments: [
    ("---\na: @@\n", "b: c", "---\na: \"b: c\"\n"), ("--- @@\n", "b: c", "--- \"b: c\"\n"),
    ("--- [@@] # @@\n...\n", "b]", "--- [\"b]\"] # b]\n...\n"),
    ("--- |\n @@\n--- '@@'\n", "b'", "--- |\n b'\n--- 'b'''\n"),
    ("%YAML 1.2\n--- !!str @@\n", "1", "%YAML 1.2\n--- !!str \"1\"\n"),
    ("a: b\n---\n- @@\n", "- c", "a: b\n---\n- \"- c\"\n"),
    ("---\r\na: @@\r\n", "b: c", "---\r\na: \"b: c\"\r\n"), ("---@@\n", "a", "\"---a\"\n"),
    ("\"a\": |\n\n@@b: @@\n", "[", "\"a\": |\n\n\"[b\": \"[\"\n"),
    ("? \"a\"\n: >\n\nb: @@\n", "[", "? \"a\"\n: >\n\nb: \"[\"\n"),
    ("a:\n    b\n  c\nd: @@\n", "[", "a:\n    b\n  c\nd: \"[\"\n"),
    ("a: @@\n  b\n", "c", "a: c\n  b\n"),
    ("a: |\n  @@\nb: c\n", "", "a: |\n  \nb: c\n"), ("a: '@@'\n", "", "a: ''\n"),
    ("#cloud-config\n# @@\n", "!/bin/sh", "#cloud-config\n# !/bin/sh\n"),
    ("#cloud-boothook\nx=@@\n", "a-b", "#cloud-boothook\nx=a-b\n"),
    (" \n#include\n@@\n", "http://h/a", " \n#include\nhttp://h/a\n"),
    (
      "## template: jinja\n#cloud-config\na: @@\n", "b: {",
      "## template: jinja\n#cloud-config\na: \"b: {\"\n"
    ),
    (
      "## template: jinja\n#cloud-config\na: \\{{ @@ }}\n", "b",
      "## template: jinja\n#cloud-config\na: {{ b }}\n"
    ),
  ])
  func `stands as what it is`(template: String, value: String, shown: String) {
    #expect(Formats.place(template, value, as: .yaml) == shown)
  }

  @Test(arguments: [
    ("%TAG ! @@\n---\n", "x", "no value can stand here"),
    ("--- |\n@@\n", "---", "cannot begin a line"),
    ("--- |\n-@@\n", "--", "cannot begin a line"), ("a: 'b\n@@'\n", "... x", "cannot begin a line"),
    ("a: \"b\n@@\"\n", " c", "lost where quotes"), ("a: 'b @@\n  c'\n", "d ", "lost where quotes"),
    ("a: |\n  @@\n    b\n", "", "cannot begin a block"),
    ("a: >\n  b\n  @@\n", " c", "cannot begin a block"),
    ("a: @@\n  b\n", "[", "over several lines"), ("a: [@@\n  b]\n", "?", "over several lines"),
    ("a:\n    b\n  @@\n", "c", "over several lines"),
    ("@@...\n---[\n", "[", "over several lines"),
    ("a: \"\\x@@\"\n", "41", "the escape in front"),
    ("@@: a\n", String(repeating: "k", count: 1001), "a key of more than"),
    ("a: b\n'@@' : a\n", String(repeating: "k", count: 1001), "a key of more than"),
    ("#@@\na: b\n", "cloud-boothook", "what kind of text"),
    ("#cloud-@@\na: b\n", "boothook", "what kind of text"),
    ("## template:@@\n", "jinja", "what kind of text"),
    ("## template: jinja\n#@@\n", "include", "what kind of text"),
    ("#cloud-boothook\nx=@@\n", "$(id)", "to a shell"),
    ("\n#Cloud-Boothook\nx=@@\n", "$(id)", "to a shell"),
    ("#include\n@@\n", "http://h/a b", "neither YAML nor a script"),
    ("#include-once\n@@\n", "a\nb", "neither YAML nor a script"),
    ("#part-handler\n@@\n", "a b", "neither YAML nor a script"),
    ("Content-Type: multipart/mixed; boundary=\"b\"\n@@\n", "a b", "neither YAML nor a script"),
    ("From: x\nMIME-Version: 1.0\n\n@@\n", "a\nb", "neither YAML nor a script"),
    ("# @@\na: b\n", "Mime-Version: 1.0", "make mail of the text"),
    ("## template: jinja\n#cloud-config\na: '@@'\n", "{{ x", "jinja would read"),
    ("## template: jinja\n#cloud-config\na: '@@'\n", "{% x", "jinja would read"),
    ("## template: jinja\n#cloud-config\na: '@@%'\n", "{", "jinja would read"),
    ("## template: jinja\n#cloud-config\na: \\{{ '@@' }}\n", "' ~ x", "within jinja's braces"),
  ])
  func `is refused where it would be more`(template: String, value: String, reason: String) {
    Formats.refuses(template, value, as: .yaml, reason)
  }
}

@Suite("A value in Ignition's JSON")
struct IgnitionPlacementTests {
  static func render(_ json: String, _ value: String, file: String = "configs/t.ign.tmpl") -> String
  {
    do throws(TemplateError) {
      let template = try Template(parsing: Array(json.utf8), file: file)
      let values = TemplateTests.values(["x": .string(value)])
      return String(decoding: try template.render(values, snippets: [:], as: .json), as: UTF8.self)
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    (#"["data:,a%20{{metadata.x}}"]"#, "b c\n\"%é", #"["data:,a%20b%20c%0A%22%25%C3%A9"]"#),
    (#"["DATA:{{metadata.x}},b"]"#, ",", #"["DATA:%2C,b"]"#),
    (#"["data", "a,{{metadata.x}}"]"#, "b c", #"["data", "a,b c"]"#),
    (#"["data:;base64,AA{{metadata.x}}"]"#, "b+/=", #"["data:;base64,AAb+/="]"#),
    (#"["data:,%7B%7Bmetadata.x%7D%7D"]"#, "b c", #"["data:,b%20c"]"#),
    (#"["data:,%7b%7B%20metadata.x%20%7D%7d"]"#, "b c", #"["data:,b%20c"]"#),
    (#"["data:,%7B%7B%23if%20metadata.x%7D%7Dy%7B%7B%2Fif%7D%7D"]"#, "b", #"["data:,y"]"#),
    (#"["data:,%5C%7B%7Bx%7D%7D"]"#, "b", #"["data:,%7B%7Bx%7D%7D"]"#),
    (#"["a %7B%7Bmetadata.x%7D%7D"]"#, "b", #"["a %7B%7Bmetadata.x%7D%7D"]"#),
    (#"["data:;base64,%7B%7Bmetadata.x%7D%7D"]"#, "b", #"["data:;base64,%7B%7Bmetadata.x%7D%7D"]"#),
    (#"["data:,a%7B%7Bb%0Ac%7D%7D"]"#, "b", #"["data:,a%7B%7Bb%0Ac%7D%7D"]"#),
    (#"["\"data:,", "data:,\"{{metadata.x}}"]"#, " ", #"["\"data:,", "data:,\"%20"]"#),
  ])
  func `is percent-encoded in a data URL`(json: String, value: String, shown: String) {
    #expect(Self.render(json, value) == shown)
  }

  @Test(arguments: [
    (#"["data:;base64,{{metadata.x}}"]"#, "a b", "is no base64"),
    (#"["data:,%{{metadata.x}}"]"#, "41", "percent escape in front"),
    (#"["data:,%4{{metadata.x}}"]"#, "1", "percent escape in front"),
    (#"["\u00{{metadata.x}}"]"#, "41", "the \\u in front"),
    (
      "\n[\"data:,%7B%7Binclude%20%22s%22%7D%7D\"]", "",
      "configs/t.ign.tmpl line 2: an include cannot stand in a data: URL"
    ),
    (
      "\n[\"data:,%7B%7Bmachine.x%7D%7D\"]", "",
      "configs/t.ign.tmpl line 2: unknown variable \"machine.x\""
    ),
  ])
  func `is refused where it would be part of an escape`(json: String, value: String, reason: String)
  {
    #expect(Self.render(json, value).contains(reason))
  }

  @Test func `has escaped placeholders in files of JSON only`() {
    let text = "data: \"data:,%7B%7Bmetadata.x%7D%7D\""
    #expect(Self.render("[\(text)]", "b", file: "configs/t.yml.tmpl").contains("%7B"))
    #expect(
      Self.render("[\"data:,%7B%7Bmetadata.x%7D%7D\"]", "b", file: "configs/snippets/a.json")
        == "[\"data:,b\"]")
  }
}

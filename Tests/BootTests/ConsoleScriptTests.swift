// BootTests: what a person in front of a machine reads.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A reason on a console")
struct ConsoleScriptTests {
  static func failure(_ sentences: [String]) -> [String] {
    String(decoding: ConsoleScript.failure(sentences, base: Array("http://h".utf8)), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test func `is lines that fit, and a failure at the end`() {
    let long = "profiles/web.json: " + String(repeating: "a word and ", count: 12) + "the last"
    #expect(
      Self.failure(["No boot script: none", long]) == [
        "#!ipxe", "echo No boot script: none",
        "echo profiles/web.json: a word and a word and a word and a word and a word and a",
        "echo word and a word and a word and a word and a word and a word and a word and the",
        "echo last", "chain --replace --autofree http://h/failed.ipxe || exit 1", "",
      ])
  }

  @Test func `has six lines at most, whatever it says`() {
    let lines = Self.failure([String(repeating: "x", count: 10_000), "more"])
    #expect(lines.count == 9 && lines[6] == "echo ...")
    #expect(lines.allSatisfy { $0.utf8.count <= 78 + 5 })
  }

  /// iPXE's `echo` takes a hyphen in front for an option, and fails.
  @Test func `has no line that begins with a hyphen`() {
    let claim =
      "claim it with: coreos-ipxe-server machines claim 4c4c4544-0031-3010-8034-b4c04f333201"
      + " --profile NAME"
    #expect(
      Self.failure([claim, "--base-url is wrong"]).filter { $0.hasPrefix("echo") } == [
        "echo claim it with: coreos-ipxe-server machines claim",
        "echo 4c4c4544-0031-3010-8034-b4c04f333201 --profile NAME", "echo : --base-url is wrong",
      ])
    let hyphens = Self.failure([String(repeating: "-n ", count: 200)])
    #expect(!hyphens.contains { $0.hasPrefix("echo -") })
  }

  @Test(arguments: [
    ("a || b && c ; d", "a ? b ? c ? d"), ("x;y a||b", "x;y a||b"), ("${uuid}", "$ {uuid}"),
    ("#x a#b", "?x a#b"), ("end\\", "end?"), ("a\\ b", "a? b"), ("\"q\"", "'q'"),
    ("a\nb\u{1b}[2J", "a?b?[2J"), ("é\u{202e}", "??"), ("a  b", "a b"), ("", ""),
  ])
  func `holds nothing that iPXE or a terminal acts on`(text: String, shown: String) {
    #expect(ConsoleScript.plain(text) == shown)
  }
}

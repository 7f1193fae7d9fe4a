// BootTests: the checks of scripts and JSON.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Testing

@Suite("The check of a script")
struct ShellCheckTests {
  @Test(arguments: [
    "", "#!", "#!/bin/sh", "#!/bin/sh\n", "#!/bin/sh\necho a\r\n", "echo a\r\n", "#!/bin/sh -e\nx",
  ])
  func `has nothing to say of what starts`(text: String) {
    #expect(ShellCheck.findings(Array(text.utf8), file: "a.sh").isEmpty)
  }

  @Test(arguments: [
    ("#!/bin/sh\r\necho\r\n", "1:10", "\"/bin/sh\\r\""), ("#!/bin/sh -e\r\n", "1:13", "\"-e\\r\""),
    ("#!/bin/sh\r", "1:10", "\"/bin/sh\\r\""),
  ])
  func `names the interpreter that is nowhere`(text: String, place: String, shown: String) {
    #expect(
      Answers.shown(ShellCheck.findings(Array(text.utf8), file: "a.sh")) == [
        "error \(place) shell-line-end: the first line ends with CR and LF, so the kernel will look"
          + " for \(shown); save the file with LF alone"
      ])
  }
}

@Suite("The check of JSON")
struct JSONCheckTests {
  @Test(arguments: ["{}", "{\"product\": {\"id\": \"é\"}}\n", "[1, -2.5e3, null]", "\"\\ud800\""])
  func `has nothing to say of JSON`(text: String) {
    #expect(JSONCheck.findings(Array(text.utf8), file: "a.json").isEmpty)
  }

  @Test(arguments: [
    ("", "1:1", "the file is empty"), ("{\n  \"é\": 1,\n}", "3:1", "no key follows the comma"),
    ("{\"é\": x}", "1:7", "no value begins with this character"),
    ("{} {}", "1:4", "something follows after the value"),
  ])
  func `says where it is none`(text: String, place: String, reason: String) {
    #expect(
      Answers.shown(JSONCheck.findings(Array(text.utf8), file: "a.json"))
        == ["error \(place) json: not JSON: \(reason)"])
  }

  @Test func `does not judge what is nested too deep`() {
    let text = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    let findings = JSONCheck.findings(text, file: "a.json")
    #expect(findings.map(\.severity) == [.note])
    #expect(findings.first?.sentence.hasPrefix("not checked: ") == true)
  }

  @Test(
    arguments: [
      ([0x22, 0xc3, 0xa9, 0xe9, 0x22], "1:3", "the byte E9 is not UTF-8; save the file as UTF-8"),
      (
        [0xef, 0xbb, 0xbf, 0x31], "1:1",
        "the text begins with the byte order mark of UTF-8 (EF BB BF); save it as UTF-8 without one"
      ), ([0xff, 0xfe, 0x31, 0], "1:1", "the text is UTF-16 LE; save it as UTF-8"),
    ] as [([UInt8], String, String)])
  func `wants UTF-8`(bytes: [UInt8], place: String, sentence: String) {
    #expect(
      Answers.shown(JSONCheck.findings(bytes, file: "a.json")) == [
        "error \(place) encoding: \(sentence)"
      ])
  }
}

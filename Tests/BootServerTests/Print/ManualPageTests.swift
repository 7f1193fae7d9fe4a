// BootServerTests/Print: the manual page.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import BootServer

@Suite("The manual page that print makes")
struct ManualPageTests {
  static func mandoc(_ words: [String]) throws -> (status: Int32, output: String) {
    let directory = try TemporaryDirectory(["page.1": Printing.files("man")[0].text])
    return try Program.run(Tool.mandoc.path, words + ["page.1"], directory: directory.path)
  }

  @Test(.needs(.mandoc))
  func `has nothing that mandoc would say better`() throws {
    let linted = try Self.mandoc(["-Tlint"])
    #expect(linted.status == 0 && linted.output.isEmpty, "\(linted.output)")
  }

  @Test(.needs(.mandoc))
  func `names every verb, option, variable and status, as a person reads it`() throws {
    let shown = try Self.mandoc(["-Tascii", "-Owidth=200"])
    // Bold and underlined letters are struck twice.
    let text = shown.output.replacing(#/.\x08/#, with: "")
    for verb in Verb.table {
      #expect(text.contains("\n   \(verb.usage)") || verb.words.isEmpty, "\(verb.name)")
      for line in verb.examples {
        #expect(text.contains("coreos-ipxe-server \(line)\n"), "\(line)")
      }
      for option in verb.allOptions { #expect(text.contains("\n       \(option.usage)")) }
    }
    for variable in Option.server.compactMap(\.variable) { #expect(text.contains(variable)) }
    for status in ExitCode.allCases { #expect(text.contains("\n       \(status.rawValue) ")) }
    #expect(text.contains("2026-11-21"))
  }
}

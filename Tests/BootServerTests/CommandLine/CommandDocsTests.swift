// BootServerTests: the docs have the tables of the command line.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import BootServer

@Suite("The docs of the command line")
struct CommandDocsTests {
  /// The rows of a file's table whose head begins with a word, without what surrounds them.
  static func rows(_ file: String, _ head: String) throws -> [String] {
    let lines = try Repository.text(file).split(
      separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("| \(head) |") })
    return lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map(String.init)
  }

  static func row(_ option: Option, withDefault: Bool) -> String {
    var cells = ["`\(option.usage)`", option.variable.map { "`\($0)`" } ?? "-"]
    if withDefault { cells.append(option.standard ?? "-") }
    return "| \((cells + [option.meaning]).joined(separator: " | ")) |"
  }

  @Test func `have the server's options, and no other`() throws {
    #expect(
      try Self.rows("docs/configuration.md", "flag")
        == Option.server.map { Self.row($0, withDefault: true) })
  }

  @Test func `have every verb, and no other`() throws {
    let verbs = Verb.table.filter { $0.run != nil && !$0.words.isEmpty }
    #expect(
      try Self.rows("docs/cli.md", "verb") == verbs.map { "| `\($0.usage)` | \($0.meaning) |" }
    )
  }

  @Test func `have every option of a verb, and no other`() throws {
    var options: [Option] = []
    for option in Verb.table.filter({ !$0.words.isEmpty }).flatMap(\.allOptions)
    where !options.contains(where: { $0.usage == option.usage }) { options.append(option) }
    #expect(
      try Self.rows("docs/cli.md", "option")
        == options.map { Self.row($0, withDefault: false) })
  }

  @Test func `have every exit status`() throws {
    let rows = ExitCode.allCases.map { "| \($0.rawValue) | \($0.meaning) |" }
    #expect(try Self.rows("docs/cli.md", "status") == rows)
  }
}

// BootServerTests: a check without a server.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import BootServer

@Suite("machines verify")
struct VerifyTests {
  /// - Returns: its status, what it prints, and what it was asked to check.
  static func run(
    _ words: [String], _ findings: [Finding]
  ) throws -> (status: ExitCode, output: String, asked: String) {
    guard
      case .run(let arguments) = try Invocation(
        arguments: ["machines", "verify"] + words, environment: { _ in nil })
    else { throw ClientError(description: "help") }
    var output = ""
    let asked = Locked("")
    let status = try VerifyCommand.run(
      arguments,
      { (directory, settle) throws(CommandError) in
        asked.withLock { $0 = "\(directory) \(settle)" }
        return findings
      }, print: { output += $0 })
    return (status, output, asked.withLock { $0 })
  }

  @Test func `ends with 3 where it finds something, a line each`() throws {
    let findings = [
      Finding(place: "machines/a.json", says: "is cut\u{1b} short"),
      Finding(place: "journal-3", says: "a line in its middle is damaged"),
    ]
    let result = try Self.run(["/d", "--settle"], findings)
    #expect(result.status == .found && result.asked == "/d true")
    #expect(
      result.output
        == "machines/a.json: is cut? short\njournal-3: a line in its middle is damaged\n")
    #expect(
      try Self.run(["/d", "--json"], [findings[1]]).output
        == #"[{"place":"journal-3","says":"a line in its middle is damaged"}]"# + "\n")
  }

  @Test func `ends with 0 where all is well`() throws {
    let result = try Self.run(["--state-dir", "/s"], [])
    #expect(result.status == .done && result.output == "/s: all is well\n")
    #expect(result.asked == "/s false")
    #expect(try Self.run(["/d", "--json"], []).output == "[]\n")
  }
}

// BootServerTests: a check without a server.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import Boot
@testable import BootServer

@Suite("machines verify")
struct VerifyTests {
  /// - Returns: its status, what it prints, and what it was asked to check.
  static func run(
    _ words: [String], _ findings: [StateFinding]
  ) throws -> (status: ExitCode, output: String, asked: String) {
    guard
      case .run(let arguments) = try Invocation(
        arguments: ["machines", "verify"] + words, environment: { _ in nil })
    else { throw ClientError(description: "help") }
    var output = ""
    let asked = Locked("")
    let status = try VerifyCommand.run(
      arguments,
      { (directory, data, settle) throws(CommandError) in
        asked.withLock { $0 = "\(directory) \(data) \(settle)" }
        return findings
      }, print: { output += $0 })
    return (status, output, asked.withLock { $0 })
  }

  @Test func `ends with 3 where it finds something, a line each`() throws {
    let findings = [
      StateFinding(place: "machines/a.json", says: "is cut\u{1b} short"),
      StateFinding(place: "journal-3", says: "a line in its middle is damaged"),
    ]
    let result = try Self.run(["/d", "--settle"], findings)
    #expect(result.status == .found && result.asked == "/d /opt/coreos-ipxe-server true")
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
    #expect(result.asked == "/s /opt/coreos-ipxe-server false")
    #expect(try Self.run(["/d", "--json"], []).output == "[]\n")
  }

  /// The quantities of profiles are those of the data directory, wherever the state lies.
  @Test func `looks for profiles where they are`() throws {
    let directory = try TemporaryDirectory(["profiles/p.json": "{}", "state/": ""])
    let state = directory.path + "/state"
    #expect(try Self.run([state], []).asked == "\(state) \(state)/.. false")
    #expect(try Self.run([state, "--data-dir", "/d"], []).asked == "\(state) /d false")
  }

  @Test func `finds a slot that was given twice, and a newer format`() throws {
    let directory = try TemporaryDirectory([
      "data/profiles/p.json": #"{"quantity":1}"#, "state/machines/": "",
    ])
    let path = directory.path + "/state"
    let store = StateDirectory(path: path, data: directory.path + "/data")
    _ = try store.open()
    var (one, two) = (Machine.test(1), Machine.test(2))
    (one.profile, two.profile) = ("p", "p")
    _ = try store.commit(Batch(changes: [.put(one), .put(two)]))
    store.close()
    let program = Program.built("coreos-ipxe-server")
    let words = ["machines", "verify", path, "--data-dir", directory.path + "/data"]
    let found = try Program.run(program, words)
    #expect(found.status == 3 && found.output.contains("profile p"), "\(found.output)")
    try directory.write("state/format", "format 99\nid 0123456789abcdef0123456789abcdef\n")
    let newer = try Program.run(program, words)
    #expect(newer.status == 3 && newer.output.contains("newer version"), "\(newer.output)")
  }
}

// BootServerTests: the verbs that change machines.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import BootServer

@Suite("A verb that changes machines", .waits, .needs(.curl))
struct ChangeVerbTests {
  static let record = VerbRequestTests.record
  static let two = #"[{"id":"abcd-1"},{"id":"ABCE-2"},{"id":"abcef-3"}]"#

  @Test func `reinstalls and releases with --yes, and without a terminal not else`() throws {
    let fake = try FakeServer(["PATCH /machines/a": Self.record])
    for verb in ["reinstall", "release"] {
      let refused = try fake.run(["machines", verb, "a"])
      #expect(refused.status == 2 && refused.output.isEmpty)
      #expect(
        refused.error == "coreos-ipxe-server: machines \(verb) asks first, and there is no terminal"
          + " to ask on; add --yes\n")
      #expect(fake.requests.isEmpty || verb == "release")
      let done = try fake.run(["machines", verb, "a", "--yes"])
      #expect(done.status == 0 && done.output == "a (S): configured, profile p\n")
      #expect(done.error.isEmpty)
    }
    #expect(
      fake.requests == [
        #"PATCH /machines/a {"state":"configured"}"#, #"PATCH /machines/a {"profile":null}"#,
      ])
  }

  @Test func `says what will happen where it does not ask`() throws {
    let fake = try FakeServer([
      "PATCH /machines/a": Self.record, "DELETE /machines/a": "HTTP/1.1 204 No Content\r\n\r\n",
    ])
    let tail = " at its next network boot a profile that takes it installs it, over its disk\n"
    for (words, line) in [
      (["remove", "a"], "a will be a new machine:" + tail),
      (["set", "a", "profile="], "a will have no profile:" + tail),
      (
        ["set", "a", "state=configured"],
        "a will be installed again at its next network boot, over its disk\n"
      ),
      (["set", "a", "hostname=x"], ""),
      (
        ["claim", "a", "--profile", "p"],
        "a boots p at its next network boot; where that installs, over its disk\n"
      ),
    ] {
      let result = try fake.run(["machines"] + words)
      #expect(result.status == 0)
      #expect(result.error == (line.isEmpty ? "" : "coreos-ipxe-server: " + line))
    }
  }

  @Test func `expects machines, as claim --expect does`() throws {
    let path = "PUT /machines/52%3A54%3A00%3A55%3A1c%3Aee"
    let fake = try FakeServer([path: Self.record])
    for words in [["expect"], ["claim", "--expect"]] {
      let result = try fake.run(["machines"] + words + ["52:54:00:55:1c:ee", "--profile", "p"])
      #expect(result.status == 0 && result.output == "a (S): configured, profile p\n")
    }
    #expect(fake.requests == [path + #" {"profile":"p"}"#, path + #" {"profile":"p"}"#])
  }

  @Test func `takes the first part of an ID, and an exact name before it`() throws {
    let fake = try FakeServer([
      "GET /machines": Self.two, "GET /machines/abcd-1": Self.record,
      "GET /machines/abce": Self.record,
    ])
    #expect(try fake.run(["machines", "show", "ABCD", "--json"]).output == Self.record + "\n")
    #expect(fake.requests == ["GET /machines/ABCD", "GET /machines", "GET /machines/abcd-1"])
    #expect(try fake.run(["machines", "show", "abce"]).status == 0)
    let short = try fake.run(["machines", "show", "abc"])
    #expect(short.status == 1 && short.error == "coreos-ipxe-server: nothing is here\n")
    let several = try fake.run(["machines", "audit", "ABCE"])
    #expect(
      several.error
        == "coreos-ipxe-server: 2 machines have IDs that begin with 'ABCE': ABCE-2, abcef-3\n")
    #expect(try fake.run(["machines", "remove", "abcd", "--yes"]).status == 1)
    #expect(!fake.requests.contains("DELETE /machines/abcd-1"))
  }

  @Test func `goes on with the others where one fails`() throws {
    let fake = try FakeServer(["GET /machines/a": Self.record, "GET /machines/c": Self.record])
    let result = try fake.run(["machines", "show", "a", "b", "c", "--json"])
    #expect(result.status == 1 && result.output == "[\(Self.record),\(Self.record)]\n")
    #expect(result.error == #"{"error":"nothing is here","status":404}"# + "\n")
  }

  @Test func `filters the list`() throws {
    let all =
      #"[{"id":"a","state":"running","profile":"p"},{"id":"b","state":"unknown","held":{"reason":"tie"}}]"#
    let fake = try FakeServer(["GET /machines": all])
    func ids(_ words: String...) throws -> String {
      try fake.run(["machines", "list", "--json"] + words).output
    }
    #expect(
      try ids("--state", "running") == #"[{"id":"a","state":"running","profile":"p"}]"# + "\n")
    #expect(try ids("--profile", "p").contains(#""id":"a""#))
    #expect(try !ids("--held").contains(#""id":"a""#))
    #expect(
      try fake.run(["machines", "list", "--state", "installed"]).output
        == "None of 2 machines is like that.\n")
  }

  @Test(arguments: ["machines list", "machines show a", "os list", "--help", "os show debian"])
  func `fails when its output cannot be written`(line: String) throws {
    let fake = try FakeServer(["GET /machines": "[]", "GET /machines/a": Self.record])
    let result = try Program.run(
      "/bin/sh",
      [
        "-c", "program=$1; data=$2; shift 2; exec $program $1 2>&1 >/dev/full", "sh",
        Program.built("coreos-ipxe-server"), "", line,
      ], directory: fake.directory.path)
    #expect(result.status == 1)
    #expect(
      result.output
        == "coreos-ipxe-server: cannot write to standard output: No space left on device\n")
  }
}

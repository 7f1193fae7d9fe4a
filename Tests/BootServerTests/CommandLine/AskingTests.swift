// BootServerTests: questions on a terminal.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import BootServer

@Suite("A verb that takes an installed machine from its disk", .waits, .needs(.curl, .python))
struct AskingTests {
  static let machine = #"{"id":"a","serial":"S","state":"installed","profile":"p","held":null}"#
  static let changes = [
    "reinstall": #"PATCH /machines/a {"state":"configured"}"#,
    "release": #"PATCH /machines/a {"profile":null}"#, "remove": "DELETE /machines/a",
  ]
  /// Runs its arguments on a terminal, types the first of them at each question, and says how it ended.
  static let terminal = #"""
    import os, pty, sys
    keys = sys.argv[1].encode().decode("unicode_escape").encode()
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.argv[2], sys.argv[2:])
    shown = b""
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:
            break
        if not more:
            break
        shown += more
        if shown.endswith(b"Go on? [y/N] "):
            os.write(terminal, keys)
    print(shown.decode().replace("\r\n", "\n"), end="")
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """#

  static func fake() throws -> FakeServer {
    try FakeServer([
      "GET /machines/a": machine, "PATCH /machines/a": VerbRequestTests.record,
      "GET /machines/b": #"{"id":"b","state":"configured"}"#,
      "DELETE /machines/a": "HTTP/1.1 204 No Content\r\n\r\n",
      "DELETE /machines/b": "HTTP/1.1 204 No Content\r\n\r\n",
    ])
  }

  static func type(_ keys: String, _ words: [String], _ fake: FakeServer) throws -> String {
    let program = Program.built("coreos-ipxe-server")
    return try Program.run(
      Tool.python.path,
      ["-c", terminal, keys, program] + words + ["--data-dir", fake.directory.path]
    ).output
  }

  @Test(arguments: ["reinstall", "release", "remove"])
  func `asks on a terminal, and goes on after y or yes alone`(verb: String) throws {
    for keys in [#"y\n"#, #"YES\n"#] {
      let fake = try Self.fake()
      let shown = try Self.type(keys, ["machines", verb, "a"], fake)
      #expect(shown.hasPrefix("a (S): installed, profile p. It will "), "\(shown)")
      #expect(shown.contains("over its disk. Go on? [y/N] "), "\(shown)")
      #expect(shown.hasSuffix("ended 0\n"), "\(shown)")
      #expect(fake.requests == ["GET /machines/a", Self.changes[verb] ?? ""])
    }
  }

  @Test(arguments: ["reinstall", "release", "remove"])
  func `changes nothing after anything else, and at the end of input`(verb: String) throws {
    for keys in [#"n\n"#, #"\n"#, #"yess\n"#, #"\x04"#] {
      let fake = try Self.fake()
      let shown = try Self.type(keys, ["machines", verb, "a"], fake)
      #expect(
        shown.hasSuffix("\ncoreos-ipxe-server: a stays as it is\nended 1\n"), "\(keys): \(shown)")
      #expect(fake.requests == ["GET /machines/a"], "\(keys)")
    }
  }

  @Test(arguments: ["reinstall", "release", "remove"])
  func `ends at Ctrl-C, also for the machines behind`(verb: String) throws {
    let fake = try Self.fake()
    let shown = try Self.type(#"\x03"#, ["machines", verb, "a", "b"], fake)
    #expect(shown.hasSuffix("ended -2\n"), "\(shown)")
    #expect(fake.requests == ["GET /machines/a"])
  }

  @Test
  func `asks for no machine that is not in use, for none with --yes, and goes on behind a no`()
    throws
  {
    let fake = try Self.fake()
    let shown = try Self.type(#"n\n"#, ["machines", "remove", "a", "b"], fake)
    #expect(shown.contains("a stays as it is\nb is forgotten\n"), "\(shown)")
    #expect(shown.hasSuffix("ended 1\n"))
    #expect(fake.requests == ["GET /machines/a", "GET /machines/b", "DELETE /machines/b"])
    let sure = try Self.fake()
    #expect(
      try Self.type("", ["machines", "remove", "a", "--yes"], sure) == "a is forgotten\nended 0\n")
    #expect(sure.requests == ["DELETE /machines/a"])
  }
}

// BootServerTests: what verbs ask a server, and what they print.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A verb", .waits)
struct VerbRequestTests {
  static let record = #"{"id":"a","serial":"S","state":"configured","profile":"p","held":null}"#

  @Test(.needs(.curl))
  func `claims a machine that was seen, and expects one that was not`() throws {
    let mac = "52:54:00:55:1c:ee"
    let path = "/machines/52%3A54%3A00%3A55%3A1c%3Aee"
    let fake = try FakeServer([
      "PUT \(path)": FakeServer.answer("201 Created", Self.record + "\n"),
      "PATCH /machines/a%2Fb": Self.record,
      "PATCH \(path)": FakeServer.answer("404 Not Found", "there is no machine \(mac)\n"),
    ])
    let claimed = try fake.run(["machines", "claim", "a/b", "--profile", "p"])
    #expect(claimed.status == 0 && claimed.output == "a (S): configured, profile p\n")
    let refused = try fake.run(["machines", "claim", mac, "--profile", "p"])
    #expect(
      refused.status == 1
        && refused.error == "coreos-ipxe-server: there is no machine \(mac); if it has not booted"
          + " yet, add --expect\n"
    )
    let expected = try fake.run(["machines", "claim", mac, "--profile", "p", "--expect", "--json"])
    #expect(expected.status == 0 && expected.output == Self.record + "\n")
    #expect(
      fake.requests == [
        #"PATCH /machines/a%2Fb {"profile":"p"}"#, #"PATCH \#(path) {"profile":"p"}"#,
        "GET /machines", #"PUT \#(path) {"profile":"p"}"#,
      ])
  }

  @Test(.needs(.curl)) func `lists machines, and says on standard error what is wrong`() throws {
    let fake = try FakeServer([
      "GET /machines": "[\(Self.record)]",
      "GET /state": #"{"careful":"the state directory is empty","behind":3,"problem":null}"#,
      "GET /doubts": #"[{"old":"a","new":"b","shares":[],"command":"c"}]"#,
    ])
    let list = try fake.run(["machines", "list", "--json"])
    #expect(list.status == 0 && list.output == "[\(Self.record)]\n")
    let lines = list.error.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("coreos-ipxe-server: careful: the state directory is empty; new"))
    #expect(lines[1].hasPrefix("coreos-ipxe-server: records not yet in their files: 3;"))
    #expect(
      lines[2]
        == "coreos-ipxe-server: 1 machine may be known ones under new names; see"
        + " coreos-ipxe-server --data-dir \(fake.directory.path) machines doubts")
    // A server of the version before knows neither path.
    let before = try FakeServer(["GET /machines": "[\(Self.record)]"])
    let quiet = try before.run(["machines", "list"])
    #expect(quiet.status == 0 && quiet.error.isEmpty && quiet.output.contains("configured"))
  }

  @Test(.needs(.curl)) func `lists doubts and decides them`() throws {
    let doubts =
      #"[{"old":"a","new":"b","shares":[{"name":"mac","value":"m"}],"command":"do this"}]"#
    let fake = try FakeServer(["GET /doubts": doubts, "POST /doubts": "[\(Self.record)]"])
    let list = try fake.run(["machines", "doubts"])
    #expect(list.status == 0 && list.output.contains("\na    b    mac m\n"))
    #expect(list.output.contains("\n  do this\n"))
    #expect(try fake.run(["machines", "doubts", "--json"]).output == doubts + "\n")
    let same = try fake.run(["machines", "doubts", "--same", "b", "c"])
    #expect(same.status == 0 && same.output == "a (S): configured, profile p\n")
    #expect(try fake.run(["machines", "doubts", "--all-one-to-one"]).status == 0)
    #expect(
      fake.requests == [
        "GET /doubts", "GET /doubts", #"POST /doubts {"same":["b","c"]}"#,
        #"POST /doubts {"allOneToOne":true}"#,
      ])
  }

  @Test(.needs(.curl)) func `shows the state, and trusts it`() throws {
    let fake = try FakeServer([
      "GET /state": #"{"format":1,"id":"x","careful":null,"counters":{"batches":7}}"#,
      "POST /state/trust": "the state of batch 7 is the right one\n",
    ])
    #expect(
      try fake.run(["machines", "state"]).output
        == "format            1\nid                x\ncareful           -\ncounters.batches  7\n")
    let trust = try fake.run(["machines", "trust-state"])
    #expect(trust.status == 0 && trust.output == "the state of batch 7 is the right one\n")
    let (trusted, state) = try (
      fake.run(["machines", "trust-state", "--json"]), fake.run(["machines", "state", "--json"])
    )
    #expect(trusted.output == state.output && state.output.hasPrefix("{"))
    let empty = try FakeServer(["POST /state/trust": "HTTP/1.1 204 No Content\r\n\r\n"])
    #expect(try empty.run(["machines", "trust-state"]).output == "The state is trusted.\n")
    #expect(empty.requests == ["POST /state/trust"])
  }

  @Test(.needs(.curl)) func `shows nothing that a terminal obeys, however a server answers`() throws
  {
    let evil = "\u{1b}]0;x\u{7}\u{202e}\r"
    let json = #"[{"id":"\u001b]0;x\u0007","state":"\#("\u{202e}\u{9b}")"}]"#
    let fake = try FakeServer([
      "GET /machines": json, "GET /state": FakeServer.answer("500 Oops", "no \(evil)\nmore"),
      "GET /machines/a": FakeServer.answer("503 \(evil)", evil + "\n"),
      "DELETE /machines/a": FakeServer.answer("409 No", String(repeating: "y", count: 1 << 20)),
      "POST /state/trust": "thanks \(evil)\nbye",
    ])
    let list = try fake.run(["machines", "list"])
    #expect(list.status == 0)
    #expect(list.error == "coreos-ipxe-server: cannot say how the state is: no ?]0;x??\n")
    #expect(list.output.contains("?]0;x?"))
    let watched = [
      list, try fake.run(["machines", "list", "--json"]), try fake.run(["machines", "show", "a"]),
      try fake.run(["machines", "trust-state"]), try fake.run(["machines", "show", evil]),
    ]
    for result in watched {
      let text = (result.output + result.error).split(separator: "\n").joined()
      #expect(Terminal.harmless(text) == text)
    }
    let long = try fake.run(["machines", "remove", "a", "--yes"])
    #expect(long.status == 1 && long.error.utf8.count == 4096 + "coreos-ipxe-server: \n".utf8.count)
  }

  @Test(.needs(.curl)) func `refuses what is too long, no JSON or no HTTP`() throws {
    let long = String(repeating: "x", count: APIClient.maxComplaint + 1)
    let fake = try FakeServer([
      "POST /state/trust": long, "GET /machines/json": "<html>",
      "GET /machines/raw": "raw:SSH-2.0\r\n",
      "GET /machines/none": "raw:",
    ])
    let refused = try fake.run(["machines", "trust-state"])
    #expect(refused.status == 1 && refused.output.isEmpty)
    #expect(
      refused.error
        == "coreos-ipxe-server: the answer is longer than 4096 bytes; is that our server?\n")
    #expect(APIClient.maxAnswer == 64 << 20)
    #expect(try fake.run(["machines", "show", "json"]).error.contains("the answer is not JSON"))
    for name in ["raw", "none"] {
      let result = try fake.run(["machines", "show", name])
      #expect(result.status == 1)
      #expect(result.error.hasPrefix("coreos-ipxe-server: cannot reach the server: "))
      #expect(!result.error.contains("localhost") && !result.error.contains("port"))
    }
  }

  @Test(.needs(.curl)) func `never speaks of a port where it is a socket that nobody serves`()
    throws
  {
    let place = try TemporaryDirectory(["state/": ""])
    let socket = place.path + "/state/api.sock"
    _ = try Program.run(
      "/usr/bin/python3",
      ["-c", "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", socket])
    let result = try Program.run(
      Program.built("coreos-ipxe-server"), ["machines", "list", "--data-dir", place.path])
    #expect(
      result.status == 1
        && result.output == "coreos-ipxe-server: cannot reach the server: nobody answers on"
          + " \(socket); the server that made it has ended, start it again\n"
    )
    let server = try Program.run(
      Program.built("coreos-ipxe-server"), ["machines", "list", "--server", "http://localhost"])
    #expect(
      server.output == "coreos-ipxe-server: cannot reach the server: nobody answers at"
        + " http://localhost; it names no port, ours is 4777\n")
  }

  @Test(.needs(.curl)) func `finds the server of the data directory it is run in`() throws {
    let fake = try FakeServer(["GET /machines": "[]"])
    let result = try Program.run(
      Program.built("coreos-ipxe-server"), ["machines", "list"], directory: fake.directory.path)
    #expect(result.status == 0 && result.output.hasPrefix("There are no machines yet."))
  }
}

// BootServerTests: `machines ...` on a command line.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("The machines command")
struct MachinesCommandTests {
  @Test(arguments: [
    (["machines", "list"], "list /opt/coreos-ipxe-server/state/api.sock - - false"),
    (["machines", "list", "--json", "--data-dir", "/d"], "list /d/state/api.sock - - true"),
    (
      ["machines", "claim", "a", "--profile=p", "--server", "http://h/", "--token-file", "t"],
      #"claim("a", profile: "p") /opt/coreos-ipxe-server/state/api.sock http://h t false"#
    ),
    (
      ["machines", "set", "a", "state=configured", "metadata.k=v=w", "hostname=", "metadata.x="],
      #"set("a", body: "{\"state\":\"configured\",\"hostname\":null,\"metadata\":{\"k\":\"v=w\",\"x\":null}}") /opt/coreos-ipxe-server/state/api.sock - - false"#
    ),
    (["machines", "--help"], "machines help"),
    (["machines"], "machines needs a verb: list, show, set, claim, remove, watch, audit"),
    (["machines", "lst"], "unknown verb 'lst'; did you mean 'list'?; see machines --help"),
    (["machines", "show"], "machines show needs a machine's ID"),
    (["machines", "show", "a", "b"], "unexpected argument 'b'"),
    (["machines", "list", "a"], "unexpected argument 'a'"),
    (["machines", "claim", "a"], "machines claim needs --profile NAME"),
    (["machines", "set", "a"], "machines set needs KEY=VALUE, such as state=configured"),
    (["machines", "set", "a", "state"], "'state' is not KEY=VALUE"),
    (["machines", "set", "a", "stat=x"], "unknown key 'stat'; did you mean 'state'?"),
    (
      ["machines", "list", "--jsn"],
      "unknown option '--jsn'; did you mean '--json'?; see machines --help"
    ),
    (["machines", "list", "--server"], "option --server needs a value"),
    (["machines", "list", "--profile", "p"], "--profile belongs to claim"),
  ])
  func `is read`(arguments: [String], result: String) {
    #expect(CommandLineTests.parse(arguments) == result)
  }

  @Test func `finds the socket by the server's variables`() {
    #expect(
      CommandLineTests.parse(["machines", "list"], ["COREOS_IPXE_SERVER_STATE_DIR": "/s"])
        == "list /s/api.sock - - false")
  }

  static func run(_ lab: MachineLab, _ arguments: [String]) throws -> (
    status: Int32, output: String
  ) {
    try Program.run(
      Program.built("coreos-ipxe-server"),
      ["machines"] + arguments + ["--data-dir", lab.server.directory.path])
  }

  @Test(.needs(.curl))
  func `shows and changes what there is`() throws {
    let lab = try MachineLab()
    let empty = try Self.run(lab, ["list"])
    #expect(empty.status == 0 && empty.output.contains("/boot.ipxe"))
    #expect(try Self.run(lab, ["list", "--json"]).output == "[]\n")
    _ = try lab.boot(MachineLab.query(1, vendor: "00-16-3e") + "&serial=CZC%201")
    let id = MachineLab.uuid(1)
    let claim = try Self.run(lab, ["claim", "czc 1", "--profile", "core"])
    #expect(claim.status == 0 && claim.output == "\(id) (CZC 1): configured, profile core\n")
    #expect(
      try Self.run(lab, ["set", "00:16:3e:00:00:01", "metadata.role=a|b", "hostname=n1"]).status
        == 0)
    let lines = try Self.run(lab, ["list"]).output.split(separator: "\n").map(String.init)
    #expect(
      lines[0].split(separator: " ").map(String.init) == [
        "ID", "IP", "SERIAL", "PROFILE", "IPMIADDR", "PROVIDERID", "ETCDTOKEN", "METADATA",
        "COREOS", "STATE", "LASTBOOT",
      ])
    #expect(
      lines[1]
        == "\(id)  127.0.0.1  CZC 1   core     -         -           -          role=a|b  -       configured  -"
    )
    #expect(try Self.run(lab, ["show", "n1"]).output.contains("\nmetadata.role  a|b\n"))
    let json = try JSONSerialization.jsonObject(
      with: Data(try Self.run(lab, ["show", id, "--json"]).output.utf8))
    #expect((json as? [String: Any])?["hostname"] as? String == "n1")
    let refused = try Self.run(lab, ["set", "n1", "state=running"])
    #expect(
      refused.status == 1
        && refused.output
          == "coreos-ipxe-server: machine \(id) is configured and cannot become running: its profile installs, and its installer has not been served yet\n"
    )
    #expect(
      try Self.run(lab, ["show", "n2"]).output == "coreos-ipxe-server: there is no machine n2\n")
    #expect(try Self.run(lab, ["remove", "n1"]).output == "n1 is forgotten\n")
    #expect(try lab.records().isEmpty)
  }

  @Test(.needs(.curl))
  func `speaks to a server elsewhere with its token, and says what is wrong`() throws {
    let place = try TemporaryDirectory(["token": "word\n", "other": "x\n"])
    let lab = try MachineLab(adjust: { $0.apiTokenFile = place.path + "/token" })
    let server = ["--server", "http://127.0.0.1:\(lab.server.port)"]
    #expect(
      try Self.run(lab, ["list", "--json", "--token-file", place.path + "/token"] + server).output
        == "[]\n")
    let wrong = try Self.run(lab, ["list", "--token-file", place.path + "/other"] + server)
    #expect(
      wrong.status == 1 && wrong.output.contains("the machine API needs Authorization: Bearer"))
    let missing = try Self.run(lab, ["list", "--token-file", place.path + "/none"] + server)
    #expect(missing.status == 1 && missing.output.contains("cannot read the token in"))
    let nobody = try Program.run(
      Program.built("coreos-ipxe-server"), ["machines", "list", "--data-dir", place.path])
    #expect(nobody.status == 1 && nobody.output.contains("is the server running"))
    let bare = try Program.run(
      Program.built("coreos-ipxe-server"), ["machines", "list"],
      environment: ["PATH": "/nonexistent"])
    #expect(bare.output == "coreos-ipxe-server: curl is not installed (Debian package curl)\n")
  }

  @Test(.needs(.curl))
  func `watches every change as it happens`() throws {
    let lab = try MachineLab()
    let watch = try Program(
      Program.built("coreos-ipxe-server"),
      ["machines", "watch", "--data-dir", lab.server.directory.path])
    #expect(watch.hasPrinted("ID  IP", within: 5))
    _ = try lab.boot(MachineLab.query(1, vendor: "00-16-3e"))
    #expect(
      watch.hasPrinted(
        "\(MachineLab.uuid(1)): new; \(MachineLab.uuid(1)): unknown, no profile", within: 5))
    _ = try lab.api("PATCH", "/machines/\(MachineLab.uuid(1))", #"{"profile":"core"}"#)
    #expect(
      watch.hasPrinted(
        "\(MachineLab.uuid(1)): profile - -> core, state unknown -> configured", within: 5))
    _ = try lab.api("DELETE", "/machines/\(MachineLab.uuid(1))")
    #expect(watch.hasPrinted("\(MachineLab.uuid(1)): removed", within: 5))
  }
}

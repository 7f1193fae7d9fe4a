// BootServerTests: `machines ...` on a command line.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("The machines command", .waits)
struct MachinesCommandTests {
  static let standard = "@/opt/coreos-ipxe-server/state"

  @Test(arguments: [
    (["machines", "list"], "machines list \(standard)"),
    (
      ["machines", "list", "--json", "--data-dir", "/d"],
      "machines list --json=yes --data-dir=/d @/d/state"
    ),
    (
      ["--state-dir", "/s", "machines", "--json", "list"],
      "machines list --json=yes --state-dir=/s @/s"
    ),
    (
      ["machines", "claim", "a", "--profile=p", "--server", "http://h/", "--token-file", "t"],
      "machines claim a --profile=p --server=http://h/ --token-file=t \(standard)"
    ),
    (
      ["machines", "claim", "52:54:00:55:1c:ee", "--profile", "p", "--expect"],
      "machines claim 52:54:00:55:1c:ee --profile=p --expect=yes \(standard)"
    ),
    (
      ["machines", "set", "a", "state=configured", "metadata.k=v=w"],
      "machines set a state=configured metadata.k=v=w \(standard)"
    ),
    (["machines", "show", "--", "-odd"], "machines show -odd \(standard)"),
    (["machines", "doubts"], "machines doubts \(standard)"),
    (["machines", "doubts", "--same", "a", "b"], "machines doubts a b --same=yes \(standard)"),
    (["machines", "verify", "/d", "--settle"], "machines verify /d --settle=yes \(standard)"),
    (["machines", "backup", "-"], "machines backup - \(standard)"),
    (["machines", "--help"], "Usage: coreos-ipxe-server machines VERB ..."),
    (
      ["machines", "claim", "-h"],
      "Usage: coreos-ipxe-server machines claim ID... --profile NAME [OPTION]..."
    ),
    (
      ["machines"],
      "machines needs a verb: list, show, watch, audit, claim, expect, set, reinstall, release,"
        + " remove, doubts, state, trust-state, verify, backup"
    ),
    (["machines", "lst"], "unknown verb 'lst'; did you mean 'list'?; see machines --help"),
    (["machines", "show"], "machines show needs a machine's ID"),
    (["machines", "show", "a", "b"], "machines show a b \(standard)"),
    (["machines", "audit", "a", "b"], "unexpected argument 'b'; see machines audit --help"),
    (
      ["machines", "list", "a"],
      "unexpected argument 'a'; did you mean 'machines show a'?; see machines list --help"
    ),
    (["machines", "claim", "a"], "machines claim needs --profile NAME"),
    (
      ["machines", "claim", "node1", "--profile", "p", "--expect"],
      "machines claim --expect needs a UUID or a MAC that is one machine's alone, not 'node1'"
    ),
    (["machines", "set", "a"], "machines set needs KEY=VALUE, such as state=configured"),
    (["machines", "set", "a", "state"], "'state' is not KEY=VALUE"),
    (["machines", "set", "a", "stat=x"], "unknown key 'stat'; did you mean 'state'?"),
    (["machines", "doubts", "a"], "unexpected argument 'a'; did you mean --same a?"),
    (
      ["machines", "doubts", "--same"],
      "--same needs the IDs in the column NEW of machines doubts"
    ),
    (
      ["machines", "doubts", "--same", "a", "--all-one-to-one"],
      "--same and --all-one-to-one exclude each other"
    ),
    (["machines", "backup"], "machines backup needs a FILE to write; - is standard output"),
    (
      ["machines", "list", "--jsn"],
      "unknown option '--jsn'; did you mean '--json'?; see machines list --help"
    ),
    (["machines", "list", "--server"], "option --server needs a value: --server URL"),
    (
      ["machines", "list", "--server="],
      "option --server: '' is no URL such as http://boot.example:4777"
    ),
    (
      ["machines", "list", "--server", "file:///etc/passwd"],
      "option --server: 'file:///etc/passwd' is no URL such as http://boot.example:4777"
    ),
    (
      ["machines", "list", "--profile", "p", "--state", "running", "--held"],
      "machines list --state=running --profile=p --held=yes \(standard)"
    ),
    (
      ["machines", "show", "a", "--profile", "p"],
      "option --profile belongs to machines list; see machines show --help"
    ),
  ])
  func `is read`(arguments: [String], result: String) {
    #expect(CommandLineTests.parse(arguments) == result)
  }

  @Test func `finds the socket by the server's variables`() {
    #expect(
      CommandLineTests.parse(["machines", "list"], ["COREOS_IPXE_SERVER_STATE_DIR": "/s"])
        == "machines list --state-dir=/s @/s")
  }

  @Test(arguments: [
    (["state=configured", "hostname="], #"{"state":"configured","hostname":null}"#),
    (
      ["metadata.k=v=w", "metadata.x=", "metadata.n=3"],
      #"{"metadata":{"k":"v=w","x":null,"n":3}}"#
    ),
    (
      [
        "metadata.a=1.10", "metadata.b=1e5", #"metadata.c="3""#, "metadata.d=007",
        "metadata.e=true",
        #"metadata.f=""#, "metadata.g= 3", "hostname=3",
      ],
      #"{"hostname":"3","metadata":{"a":1.10,"b":1e5,"c":"3","d":"007","e":"true","f":"\"","g":" 3"}}"#
    ),
  ])
  func `makes a patch of words`(words: [String], json: String) throws {
    #expect(JSONWriter.text(try MachinePatch(words).body) == json)
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
    #expect(
      claim.status == 0 && claim.output.hasSuffix("\(id) (CZC 1): configured, profile core\n"))
    #expect(
      try Self.run(lab, ["set", "00:16:3e:00:00:01", "metadata.role=a|b", "hostname=n1"]).status
        == 0)
    let lines = try Self.run(lab, ["list", "--columns", "mayu"]).output.split(separator: "\n").map(
      String.init)
    #expect(
      lines[0].split(separator: " ").map(String.init) == [
        "ID", "IP", "SERIAL", "PROFILE", "IPMIADDR", "PROVIDERID", "ETCDTOKEN", "METADATA",
        "COREOS", "STATE", "LASTBOOT", "HELD",
      ])
    #expect(
      lines[1]
        == "\(id)  127.0.0.1  CZC 1   core     -         -           -          role=a|b  -       configured  -         -"
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
    #expect(try Self.run(lab, ["remove", "n1"]).output.hasSuffix("\nn1 is forgotten\n"))
    #expect(try lab.records().isEmpty)
    let expect = ["claim", "52:54:00:00:00:09", "--profile", "core"]
    #expect(try Self.run(lab, expect).output.hasSuffix("has not booted yet, add --expect\n"))
    #expect(
      try Self.run(lab, expect + ["--expect"]).output.hasSuffix(
        "52-54-00-00-00-09: configured, profile core\n"))
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
    #expect(
      nobody.status == 1
        && nobody.output.contains("there is no socket \(place.path)/state/api.sock; is it running"))
    let bare = try Program.run(
      Program.built("coreos-ipxe-server"), ["machines", "list"] + server,
      environment: ["PATH": "/nonexistent"])
    #expect(bare.output == "coreos-ipxe-server: curl is not installed (Debian package curl)\n")
  }

  @Test(.needs(.curl))
  func `watches every change as it happens`() throws {
    let lab = try MachineLab()
    let watch = try Program(
      Program.built("coreos-ipxe-server"),
      ["machines", "watch", "--data-dir", lab.server.directory.path])
    #expect(watch.hasPrinted("NAME  MAC", within: 5))
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

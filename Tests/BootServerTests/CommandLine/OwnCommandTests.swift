// BootServerTests: commands that people are told to type.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import Boot
@testable import BootServer

extension MachineLab {
  /// The state directory, as the server names it.
  var state: String { RealPath.of(server.directory.path) + "/state" }
}

@Suite("A command that people are told to type")
struct OwnCommandTests {
  static let sentence = "say: coreos-ipxe-server machines trust-state, or machines list"

  static func command(state: String?, runtime: String? = nil) -> OwnCommand {
    var configuration = Configuration()
    configuration.stateDirectoryOption = state
    return OwnCommand(configuration, runtime: runtime)
  }

  @Test(arguments: [nil, "/opt/coreos-ipxe-server/state", "/var/lib/coreos-ipxe-server"])
  func `is short where the command line finds the server by itself`(state: String?) {
    #expect(Self.command(state: state).completed(Self.sentence) == Self.sentence)
    let unit = Self.command(state: "/srv/state", runtime: "/run/coreos-ipxe-server:/run/x")
    #expect(unit.completed(Self.sentence) == Self.sentence)
  }

  @Test func `names the state directory anywhere else, as a shell reads it`() {
    let (plain, odd) = (Self.command(state: "/srv/none/s"), Self.command(state: "/srv/no ne/$s"))
    #expect(
      plain.completed(Self.sentence)
        == "say: coreos-ipxe-server --state-dir /srv/none/s machines trust-state, or machines list")
    #expect(odd.completed(Self.sentence).contains(" --state-dir '/srv/no ne/$s' machines trust"))
    #expect(
      Self.command(state: "/srv/s", runtime: "/run/x").completed(Self.sentence).contains("-dir"))
    let script = IdentityScript.render(base: Array("http://h".utf8))
    #expect(
      String(decoding: plain.completed(script: script), as: UTF8.self).contains("/srv/none/s"))
    // iPXE would expand it.
    #expect(odd.completed(script: script) == script)
  }

  /// From the screen, the log and the API, pasted into a shell that stands elsewhere.
  @Test(.needs(.curl)) func `works as it is told`() throws {
    let lab = try MachineLab(["profiles/core.json": "{}"], profiles: false)
    let id = MachineLab.uuid(1)
    func run(_ text: String) throws -> (status: Int32, output: String) {
      let match = try #/coreos-ipxe-server (--state-dir .* --profile) NAME/#.firstMatch(in: text)
      let words = try #require(match).output.1.split(separator: " ").map(String.init)
      return try Program.run(
        Program.built("coreos-ipxe-server"), words + ["core"], directory: "/")
    }
    let told = try lab.boot(MachineLab.query(1)).text
    #expect(lab.server.logHolds("claim \(id)"))
    let held = try #require(try lab.record(id)["held"] as? [String: Any])
    for text in [told, lab.server.log, try #require(held["says"] as? String)] {
      let result = try run(text)
      #expect(result.status == 0, "\(result.output)")
    }
    #expect(try lab.record(id)["profile"] as? String == "core")
    let asked = try lab.server.get("/boot.ipxe").text
    #expect(
      asked.contains("coreos-ipxe-server --state-dir \(lab.state) machines claim ${netX/mac}"))
  }
}

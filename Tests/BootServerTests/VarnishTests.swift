// BootServerTests: a real cache in front of the server.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Varnish as Debian ships it, with nothing set but where the server is.
private final class Varnish {
  let port: UInt16
  private let program: Program
  private let directory: TemporaryDirectory

  init(before backend: UInt16) throws {
    directory = try TemporaryDirectory()
    let work = directory.path + "/varnish"
    program = try Program(
      Tool.varnish.path,
      [
        "-F", "-n", work, "-a", "127.0.0.1:0", "-b", "127.0.0.1:\(backend)", "-s", "malloc,16m",
        "-T", "127.0.0.1:0", "-j", "none",
      ])
    guard program.hasPrinted("Child launched OK", within: 30),
      let match = try #/127\.0\.0\.1 (\d+)/#.firstMatch(in: try Self.address(work))?.1,
      let port = UInt16(match)
    else { throw ClientError(description: "varnishd did not start: \(program.printed)") }
    self.port = port
  }

  private static func address(_ work: String) throws -> String {
    try Program.run("/usr/bin/varnishadm", ["-n", work, "debug.listen_address"]).output
  }
}

@Suite("Varnish in front", .waits, .needs(.varnish))
struct VarnishTests {
  @Test func `serves no installer again once its machine has reported`() throws {
    let server = try TestServer(
      [
        "profiles/core.json":
          #"{"os":"flatcar","version":"1","match":{"mac":"52:54:00:*"},"install":{"cloud_config":"i"}}"#,
        "configs/i.yml.tmpl":
          "i: \"{{machine.installed_url}}\"\nr: \"{{machine.running_url}}\"\n",
      ].merging(MachineLab.images) { $1 })
    let varnish = try Varnish(before: server.port)
    let machine = "/boot.ipxe?uuid=6d1c4f1e-0d0a-4b5e-9d0b-2f9b6c0a1b01&mac=52-54-00-12-34-56"
    func get(_ target: String, method: String = "GET") throws -> Answer {
      try RawClient(port: varnish.port).get(target, method: method)
    }
    let script = try get(machine)
    #expect(script["via"]?.contains("varnish") ?? false, "\(script.fields)")
    let config = try #require(try #/http://test(/configs/\S*)/#.firstMatch(in: script.text)?.1)
    let rendered = try get(String(config)).text
    for report in rendered.matches(of: #/http://test(\S*)"/#) {
      #expect(try get(String(report.output.1), method: "POST").status == 204)
    }
    let second = try get(machine).text
    #expect(second.contains("sanboot"), "\(second)")
  }
}

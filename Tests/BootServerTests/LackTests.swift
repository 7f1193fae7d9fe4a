// BootServerTests: machines whose script names what is not there.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A machine whose script names what cannot be had", .waits)
struct LackTests {
  private static let kernel = "images/flatcar/amd64-usr/1/flatcar_production_pxe.vmlinuz"
  private static let query = MachineLab.query(1)

  /// Nothing is written down: it is still to be installed.
  private static func expectHeld(
    _ lab: MachineLab, _ says: String, state: String = "configured",
    _ place: SourceLocation = #_sourceLocation
  ) throws {
    let held = try lab.boot(query)
    #expect(held.status == 503 && held["retry-after"] == "5", "\(held.text)", sourceLocation: place)
    #expect(held.text == "this machine is held: \(says)\n", sourceLocation: place)
    let record = try lab.record(MachineLab.uuid(1))
    let reason = record["held"] as? [String: Any]
    #expect(reason?["reason"] as? String == "file", sourceLocation: place)
    #expect(reason?["says"] as? String == says, sourceLocation: place)
    #expect(record["state"] as? String == state, sourceLocation: place)
    #expect(lab.server.logHolds("by=file"), sourceLocation: place)
  }

  @Test func `is held until the image is there`() throws {
    let lab = try MachineLab()
    let file = lab.server.directory.path + "/" + Self.kernel
    try FileManager.default.removeItem(atPath: file)
    try Self.expectHeld(lab, "profiles/core.json names \(Self.kernel), which is not there")
    // Who asks by the profile's name gets the script as ever, with the warning.
    #expect(try lab.server.get("/?profile=ram").status == 500)
    try lab.server.directory.write(Self.kernel, "1")
    var script = try lab.boot(Self.query)
    for _ in 0..<60 where script.status != 200 {
      usleep(50000)
      script = try lab.boot(Self.query)
    }
    #expect(script.status == 200 && script.text.contains("production_pxe"))
    #expect(try lab.record(MachineLab.uuid(1))["held"] is NSNull)
  }

  @Test(arguments: [
    ("a: {{metadata.rack}}\n", "line 1: {{metadata.rack}}: the machine has no such metadata"),
    ("a: {{machine.nam}}\n", "line 1: unknown variable \"machine.nam\""),
    ("a: {{#if machine.ip}}\n", "line 1: "),
  ])
  func `is held while a template does not render for it`(text: String, says: String) throws {
    let file = "configs/inst.yml.tmpl"
    let lab = try MachineLab([file: text])
    let held = try lab.boot(Self.query)
    #expect(
      held.status == 503 && held.text.hasPrefix("this machine is held: \(file) \(says)"),
      "\(held.text)")
    let record = try lab.record(MachineLab.uuid(1))
    #expect((record["held"] as? [String: Any])?["reason"] as? String == "file")
    #expect(record["state"] as? String == "configured")
    try lab.server.directory.write(file, "a: {{machine.installed_url}}\n")
    #expect(try lab.boot(Self.query).status == 200)
  }

  @Test func `is held for its own metadata, and another is not`() throws {
    let lab = try MachineLab(["configs/inst.yml.tmpl": "rack: {{metadata.rack}}\n"])
    #expect(try lab.boot(Self.query).status == 503)
    let other = MachineLab.query(2)
    #expect(try lab.boot(other).status == 503)
    let patch = #"{"metadata":{"rack":"r1"}}"#
    #expect(try lab.api("PATCH", "/machines/\(MachineLab.uuid(2))", patch).status == 200)
    #expect(try lab.boot(other).status == 200)
    #expect(try lab.boot(Self.query).status == 503)
    // What was tried for it once is tried again when its record says something else.
    let gone = #"{"metadata":{"rack":null},"state":"configured"}"#
    #expect(try lab.api("PATCH", "/machines/\(MachineLab.uuid(2))", gone).status == 200)
    #expect(try lab.boot(other).status == 503)
  }

  @Test func `is held while any file of its seed does not render`() throws {
    let lab = try MachineLab(
      [
        "profiles/deb.json":
          #"{"os":"ubuntu","version":"24.04","match":{"mac":"52:54:00:*"},"answers":"seed"}"#,
        "images/ubuntu/amd64/24.04/u.iso": "1",
        "configs/seed/user-data": "#cloud-config\n",
        "configs/seed/network-config.tmpl": "a: {{metadata.net}}\n",
      ], profiles: false)
    let held = try lab.boot(Self.query)
    #expect(
      held.status == 503 && held.text.contains("configs/seed/network-config.tmpl line 1"),
      "\(held.text)"
    )
    try lab.server.directory.write("configs/seed/network-config", "a: 1\n")
    #expect(try lab.boot(Self.query).status == 200)
  }

  @Test func `boots its disk where it is in use`() throws {
    let lab = try MachineLab()
    let script = try lab.boot(Self.query)
    let config = try #require(MachineLab.config(script))
    let report = try lab.reportURL("installed", in: config)
    #expect(try lab.server.get(report, method: "POST").status == 204)
    try FileManager.default.removeItem(atPath: lab.server.directory.path + "/images/flatcar")
    #expect(try lab.boot(Self.query).text.contains("This machine boots its own disk"))
    #expect(try lab.state(MachineLab.uuid(1)) == "installed")
  }

  /// Scripts of the original's keys go out with the warning; files elsewhere count as there.
  @Test(arguments: [
    #"{"version":"1"}"#,
    #"{"os":"flatcar","version":"1","image_base_url":"http://mirror/x"}"#,
    #"{"os":"generic","kernel":"http://mirror/linux"}"#,
  ])
  func `is not held where nobody can know`(profile: String) throws {
    let lab = try MachineLab(["profiles/p.json": profile], profiles: false, provides: false)
    let id = MachineLab.mac(1)
    #expect(try lab.api("PUT", "/machines/\(id)", #"{"profile":"p"}"#).status == 201)
    #expect(try lab.boot(Self.query).status == 200)
  }

  @Test func `is told of by explain, which says what the server does`() throws {
    let lab = try MachineLab(provides: false)
    try FileManager.default.removeItem(
      atPath: lab.server.directory.path + "/" + Self.kernel)
    let told = try ExplainTests.explain(lab, Self.query)
    #expect(told["decision"] as? String == "held")
    #expect((told["why"] as? String)?.contains(Self.kernel) == true, "\(told)")
  }
}

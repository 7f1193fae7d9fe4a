// BootServerTests: faults that several events tell together.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("The doctor, reading boots")
struct BootDoctorTests {
  private static func kinds(_ lines: [String]) throws -> [String] {
    try EventDoctorTests.findings(lines).map(\.kind)
  }

  private static func event(_ name: String, _ fields: String) -> String {
    "level=info event=\(name) machine=m boot=1 address=10.0.0.7 \(fields)"
  }

  @Test(arguments: [
    ("stage=kernel error=\"no kernel for 61 s\"", "never asked for the kernel"),
    ("stage=initrd error=\"no initrd for 61 s\"", "never asked for the initrd"),
    ("stage=initrd bytes=41 total=65 error=\"initrd 63 %\"", "the transfer broke off"),
    ("stage=config error=\"no config for 301 s\"", "never asked for its config"),
  ])
  func `names where a boot stopped, and what to look at`(fields: String, cure: String) throws {
    let stalled = Self.event("boot-stalled", fields)
    let found = try #require(try EventDoctorTests.findings([stalled]).first)
    #expect(found.kind == "stalled" && found.cure.contains(cure))
    #expect(found.what.hasPrefix("machine m stopped in its boot: "))
    // It went on, and came to its end.
    #expect(try Self.kinds([stalled, Self.event("boot-ended", "result=done")]).isEmpty)
    #expect(try Self.kinds([stalled, Self.event("boot-ended", "result=cut")]) == ["stalled"])
  }

  @Test func `names a machine that has not reported, until it does`() throws {
    let ended = Self.event("boot-ended", "result=no-report")
    #expect(try Self.kinds([ended]) == ["no-report"])
    #expect(try Self.kinds([ended, Self.event("report", "state=running status=204")]).isEmpty)
    #expect(try Self.kinds([ended, Self.event("boot-ended", "result=done")]).isEmpty)
  }

  @Test func `names a loop of iPXE, and not a machine that has begun twice`() throws {
    let client = "client=10.0.0.7:50 method=GET"
    let asked = "level=info event=identify \(client) path=/boot.ipxe status=200"
    let script = "level=info event=script machine=m \(client) path=/boot.ipxe status=200"
    let binary = "level=info event=file \(client) path=/images/snponly.efi status=200"
    let kernel = "level=info event=file \(client) path=/images/linux status=200"
    #expect(try Self.kinds(Array(repeating: asked, count: 5)) == ["loop"])
    #expect(try Self.kinds(Array(repeating: asked, count: 2) + [script]).isEmpty)
    let round = [binary, script]
    #expect(try Self.kinds(round + round + round + [binary]) == ["loop"])
    #expect(try Self.kinds(round + round).isEmpty)
    #expect(try Self.kinds(round + round + round + [binary, kernel]).isEmpty)
  }

  @Test func `names a UUID that several boards have`() throws {
    let lines = (1...3).flatMap { host in
      [
        "level=warning event=boot-restarted machine=m boot=\(host) address=10.0.0.\(host)",
        "level=info event=boot-began machine=m boot=\(host) address=10.0.0.\(host)",
      ]
    }
    #expect(try Self.kinds(lines) == ["shared-uuid"])
    #expect(try Self.kinds(Array(lines.prefix(4))).isEmpty)
  }
}

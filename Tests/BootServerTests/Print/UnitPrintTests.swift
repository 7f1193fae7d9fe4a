// BootServerTests/Print: printed units, as systemd reads them.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("Units that print makes", .needs(.systemdAnalyze))
struct UnitPrintTests {
  /// The units in a directory of their own; their program is one that is there.
  static func units(_ line: String) throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    let data = " --data-dir \(directory.path)"
    for file in try Printing.files(line + (line.contains("--data-dir") ? "" : data)) {
      let name = try #require(file.path.split(separator: "/").last)
      let program = Program.built("coreos-ipxe-server")
      try directory.write(
        String(name), file.text.replacing("=/usr/bin/coreos-ipxe-server", with: "=\(program)"))
    }
    return directory
  }

  @Test(arguments: [
    "systemd", "systemd --listen [::1]:80 --base-url https://boot.example/a%20b",
    ServicePrintTests.goldens["systemd-all"] ?? "",
  ])
  func `verify without a word`(line: String) throws {
    let directory = try Self.units(line)
    let verified = try Program.run(
      Tool.systemdAnalyze.path,
      ["verify", "--man=no"]
        + ["service", "socket"].map { "\(directory.path)/coreos-ipxe-server.\($0)" })
    // It also speaks of units of the system that are not ours.
    let ours = verified.output.split(separator: "\n").filter {
      $0.contains("coreos-ipxe-server")
    }
    #expect(verified.status == 0 && ours.isEmpty, "\(verified.output)")
  }

  /// 0 is the safest; 2.0 and less systemd calls OK.
  @Test func `let a break-in do little`() throws {
    let directory = try Self.units("systemd")
    let rated = try Program.run(
      Tool.systemdAnalyze.path,
      [
        "security", "--offline=yes", "--threshold=15", "--no-pager",
        directory.path + "/coreos-ipxe-server.service",
      ])
    #expect(rated.status == 0, "\(rated.output)")
  }
}

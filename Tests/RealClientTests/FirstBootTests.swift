// RealClientTests: the first boot, as a newcomer does it.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension RealClients {
  @Suite("The first boot of a newcomer")
  struct FirstBootTests {
    /// The lines of docs/start.md, word by word, on a terminal of their own.
    @Test(.needs(.qemu, .ipxeROM, .ovmf, .linux, .busybox), arguments: ["bios", "uefi"])
    func `ends at the machine's login`(firmware: String) throws {
      let directory = try TemporaryDirectory()
      let program = "swift run coreos-ipxe-server"
      let lines = try DocsBlock.commands(of: "docs/start.md").map {
        $0.replacing(program, with: Program.built("coreos-ipxe-server"))
      }
      let make = try #require(lines.first { $0.hasSuffix(" init lab") })
      let boot = try #require(lines.first { $0.contains(" print qemu \(firmware) ") })
      let made = try Program.run("/bin/sh", ["-c", make], directory: directory.path)
      #expect(made.status == 0 && made.output.contains("wrote lab/profiles/default.json"))
      let shell = try Program(
        "/usr/bin/script", ["-qec", boot, "/dev/null"],
        environment: [
          "ACCEL": "tcg",
          "COREOS_IPXE_SERVER_LISTEN_ADDR": "127.0.0.1:\(try BoundSocket.freePort())",
        ], directory: directory.path)
      defer { shell.kill(SIGTERM) }
      #expect(shell.hasPrinted("booted login:", within: 240), "\(shell.printed.suffix(2000))")
      #expect(shell.printed.contains("Machines chain to http://127.0.0.1:"))
      #expect(shell.printed.contains("This machine was booted by coreos-ipxe-server"))
    }
  }
}

// RealClientTests: the first boot, as a newcomer does it.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension RealClients {
  @Suite("The first boot of a newcomer")
  struct FirstBootTests {
    /// `init`, `print qemu`, and a shell that runs what was printed, on a terminal of its own.
    @Test(.needs(.qemu, .ipxeROM, .ovmf, .linux, .busybox), arguments: ["bios", "uefi"])
    func `ends at the machine's login`(firmware: String) throws {
      let directory = try TemporaryDirectory()
      let data = directory.path + "/lab"
      let program = Program.built("coreos-ipxe-server")
      let made = try Program.run(program, ["init", data])
      #expect(made.status == 0, "\(made.output)")
      let listen = "127.0.0.1:\(try BoundSocket.freePort())"
      let printed = try Program.run(
        program, ["print", "qemu", firmware, "--data-dir", data, "--listen", listen])
      #expect(printed.status == 0, "\(printed.output)")
      try directory.write("boot.sh", printed.output)
      let shell = try Program(
        "/usr/bin/script", ["-qec", "sh \(directory.path)/boot.sh", "/dev/null"],
        environment: ["ACCEL": "tcg"])
      defer { shell.kill(SIGTERM) }
      #expect(shell.hasPrinted("booted login:", within: 240), "\(shell.printed.suffix(2000))")
      #expect(shell.printed.contains("This machine was booted by coreos-ipxe-server"))
    }
  }
}

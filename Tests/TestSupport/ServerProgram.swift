// TestSupport: the installed program.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The built program, serving a directory on a free port.
package final class ServerProgram: Sendable {
  package let program: Program
  package let port: UInt16

  package init(
    _ directory: String, _ arguments: [String] = [], listen: String = "127.0.0.1:0",
    environment: [String: String] = [:]
  ) throws {
    program = try Program(
      Program.built("coreos-ipxe-server"),
      ["--data-dir", directory, "--listen", listen] + arguments, environment: environment)
    guard program.hasPrinted("event=listening", within: 10),
      let match = try #/address=\S*:(\d+) /#.firstMatch(in: program.printed),
      let port = UInt16(match.1)
    else { throw ClientError(description: "the server did not start: \(program.printed)") }
    self.port = port
  }
}

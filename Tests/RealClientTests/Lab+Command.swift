// RealClientTests: the command line, and a machine's disk.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension Lab {
  /// Performs `machines ...` of the built program on this lab's server.
  ///
  /// - Returns: what it prints.
  @discardableResult
  func command(_ arguments: [String]) throws -> String {
    let result = try Program.run(
      Program.built("coreos-ipxe-server"),
      ["machines"] + arguments + ["--data-dir", directory.path]
    )
    try #require(
      result.status == 0, "machines \(arguments.joined(separator: " ")): \(result.output)")
    return result.output
  }

  /// What is on a machine's disk.
  func contents(of machine: Machine) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: try #require(machine.disk)))
  }

  func monitor(of machine: Machine) -> String { directory.path + "/monitor-\(machine.mac)" }

  /// Presses keys on a machine's keyboard, by QEMU's names: `up`, `ret`.
  func press(_ keys: [String], on machine: Machine) throws {
    let monitor = try RawClient(socket: monitor(of: machine))
    for key in keys {
      try monitor.send("sendkey \(key)\n")
      usleep(300_000)
    }
  }
}

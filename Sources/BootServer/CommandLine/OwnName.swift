// BootServer/CommandLine: what a person types for this program.
// SPDX-License-Identifier: Apache-2.0

import System

/// How this very program is called, so that a printed command works where it is printed.
enum OwnName {
  /// As `PATH` finds it.
  private static let name = "coreos-ipxe-server"

  /// Where it is.
  static var path: String { (try? Process.executable()) ?? name }

  /// Its name where `PATH` finds this one; else its path, as in a clone that was just built.
  static var text: String {
    let found = HostFacts.program(name).map(RealPath.of)
    return found == path ? name : path
  }
}

// BootServer/CommandLine: where a server's state may be.
// SPDX-License-Identifier: Apache-2.0

import System

/// State directories that a verb looks at.
enum StatePlaces {
  /// In the data directory one stands in.
  static let here = "state"
  /// As docs/deploying.md's unit has it.
  private static let unit = "/var/lib/coreos-ipxe-server"

  /// Where a verb looks that is told nothing, wherever one stands.
  static let documented = [Configuration().stateDirectory, unit]

  /// The one that options and variables name; without any the documented ones, the likely first.
  static func of(_ arguments: Arguments) -> [String] {
    let first = arguments.configuration.stateDirectory
    return isTold(arguments) ? [first] : [first, unit, here]
  }

  /// Whether an option or a variable says where it is.
  static func isTold(_ arguments: Arguments) -> Bool {
    arguments.has(.dataDirectory) || arguments.has(.stateDirectory)
  }

  /// The first that is there.
  static func existing(_ arguments: Arguments) -> String {
    let places = of(arguments)
    return places.first { (try? FileStatus.of(path: $0))?.kind == .directory } ?? places[0]
  }
}

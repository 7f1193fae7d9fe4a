// BootServer/CommandLine: how the program ends.
// SPDX-License-Identifier: Apache-2.0

/// Exit statuses, the same for every verb.
package enum ExitCode: Int32, CaseIterable, Sendable {
  case done = 0
  case failed = 1
  case wrongUsage = 2
  case found = 3

  /// For the help: when a command ends with it.
  package var meaning: String {
    switch self {
    case .done: "done"
    case .failed: "failed"
    case .wrongUsage: "wrong usage"
    case .found: "a check found something"
    }
  }

  static let usual: [ExitCode] = [.done, .failed, .wrongUsage]
}

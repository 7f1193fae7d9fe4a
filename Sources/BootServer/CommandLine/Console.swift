// BootServer/CommandLine: what iPXE is told of errors.
// SPDX-License-Identifier: Apache-2.0

/// What iPXE gets in place of a script.
package enum Console: String, CaseIterable, Sendable {
  /// A script that prints the reason and fails.
  case reason
  /// The bare status.
  case plain
}

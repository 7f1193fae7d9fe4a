// BootServer/CommandLine: the version.
// SPDX-License-Identifier: Apache-2.0

/// Which version of the program this is.
package enum Version {
  /// As `--version` and the log say it.
  package static let text = "1.0.0-dev"
}

// BootServer/CommandLine: how often a machine that does not report is installed.
// SPDX-License-Identifier: Apache-2.0

/// How often an installer is served to a machine that does not report.
package struct TryLimit: Sendable {
  /// 0: for ever.
  package var limit = 5
  /// Seconds in which several requests are one try.
  package var sameSeconds = 60

  /// As without an option.
  package init() {}
}

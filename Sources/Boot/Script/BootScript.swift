// Boot/Script: what a script may be.
// SPDX-License-Identifier: Apache-2.0

/// Limits of boot scripts.
package enum BootScript {
  /// The longest command line an x86 kernel reads; what is beyond is cut without a word.
  package static let longestCommandLine = 2047
}

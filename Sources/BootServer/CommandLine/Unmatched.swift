// BootServer/CommandLine: machines that no profile takes.
// SPDX-License-Identifier: Apache-2.0

/// What becomes of a machine that no profile takes.
package enum Unmatched: String, CaseIterable, Sendable {
  case hold, local
}

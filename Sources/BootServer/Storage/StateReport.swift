// BootServer/Storage: what a check of a state directory found.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// What a check of a state directory found.
struct StateReport: Equatable, Sendable {
  struct Finding: Equatable, Sendable {
    /// `false`: worth knowing, and in order.
    let isWrong: Bool
    /// In the directory.
    let file: String
    /// A sentence.
    let text: String
  }

  var format: Int?
  var id: String?
  var batch = 0
  var machines = 0
  /// Batches that only the journal has.
  var unsettled = 0
  var findings: [Finding] = []

  var isInOrder: Bool { !findings.contains(where: \.isWrong) }
}

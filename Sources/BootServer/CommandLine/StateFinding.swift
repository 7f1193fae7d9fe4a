// BootServer/CommandLine: what a check of a state directory finds.
// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong.
package struct StateFinding: Equatable, Sendable {
  /// As a person would look for it: `machines/ID.json`, `journal-3`, a machine's ID.
  package let place: String
  /// What is wrong, and what to do.
  package let says: String

  /// - Parameter place: a file's name, as `machines verify` prints it.
  package init(place: String, says: String) {
    self.place = place
    self.says = says
  }
}

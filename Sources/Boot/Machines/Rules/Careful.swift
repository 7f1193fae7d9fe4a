// Boot/Machines/Rules: a state directory that may not be what it was.
// SPDX-License-Identifier: Apache-2.0

/// The records may be older than what happened: only what a person says from now on leads to an installer.
package struct Careful: Equatable, Sendable {
  /// The highest batch that was found; what is said now has a higher one.
  package let since: Int

  /// - Parameter since: a batch; what is said in it, or before, does not count.
  package init(since: Int) { self.since = since }

  /// Whether a person said under these circumstances that a machine is to be installed.
  func allows(_ machine: Machine) -> Bool {
    machine.claimedIn.map { $0 > since } ?? false
  }
}

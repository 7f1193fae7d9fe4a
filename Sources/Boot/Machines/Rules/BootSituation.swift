// Boot/Machines/Rules: what the plan of a boot depends on.
// SPDX-License-Identifier: Apache-2.0

/// Everything that the plan of a boot depends on, but for the profiles.
package struct BootSituation: Sendable {
  /// What the machine says of itself.
  package let boot: BootIdentity
  /// `nil` while the state directory cannot be used.
  package var found: Identification?
  /// What the contact came to that was written down for this boot; `nil`: none was yet.
  package var choice: Choice?
  /// What a held machine gets.
  package var policy = HoldPolicy.hold
  /// The state may be older than what happened; `nil`: it is believed.
  package var careful: Careful?
  /// Its installer was served as often as it may be, and it has not reported.
  package var hasSpentTries = false
  /// Nothing may be changed: a HEAD, or `render`.
  package var isLook = false

  /// - Parameter found: `nil` where the state cannot be had.
  package init(_ boot: BootIdentity, found: Identification?) {
    self.boot = boot
    self.found = found
  }
}

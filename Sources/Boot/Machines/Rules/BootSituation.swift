// Boot/Machines/Rules: what the plan of a boot depends on.
// SPDX-License-Identifier: Apache-2.0

/// Everything that the plan of a boot depends on, but for the profiles.
package struct BootSituation: Sendable {
  package let boot: BootIdentity
  /// `nil` while the state directory cannot be used.
  package var found: Identification?
  /// What the contact came to that was written down for this boot; `nil`: none was yet.
  package var choice: Choice?
  package var policy = HoldPolicy.hold
  package var careful: Careful?
  /// Nothing may be changed: a HEAD, or `render`.
  package var isLook = false

  package init(_ boot: BootIdentity, found: Identification?) {
    self.boot = boot
    self.found = found
  }
}

// Boot/Machines/Profiles: what the plan of a boot needs to know of a profile.
// SPDX-License-Identifier: Apache-2.0

/// What the plan of a boot needs to know of a profile.
package struct ProfileFacts: Equatable, Sendable {
  /// Whether it has an `install`; `nil` where it cannot be read.
  package var installs: Bool?
  /// Why it cannot be used.
  package var problem: String?

  /// - Parameter problem: `nil`: it can be used.
  package init(installs: Bool?, problem: String? = nil) {
    self.installs = installs
    self.problem = problem
  }
}

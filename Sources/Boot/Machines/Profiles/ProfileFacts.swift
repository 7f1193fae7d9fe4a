// Boot/Machines/Profiles: what the plan of a boot needs to know of a profile.
// SPDX-License-Identifier: Apache-2.0

/// What the plan of a boot needs to know of a profile.
package struct ProfileFacts: Equatable, Sendable {
  /// Whether it has an `install`; `nil` where it cannot be read.
  package var installs: Bool?
  /// Why it cannot be used.
  package var problem: String?
  /// What its script names for this machine and cannot be had.
  package var lack: Hold?

  /// - Parameters:
  ///   - problem: `nil`: it can be used.
  ///   - lack: `nil`: everything is there, as far as is known.
  package init(installs: Bool?, problem: String? = nil, lack: Hold? = nil) {
    self.installs = installs
    self.problem = problem
    self.lack = lack
  }
}

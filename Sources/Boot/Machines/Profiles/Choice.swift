// Boot/Machines/Profiles: what becomes of a machine without a profile.
// SPDX-License-Identifier: Apache-2.0

/// What the choice of a profile comes to.
package enum Choice: Equatable, Sendable {
  case profile(String, why: String)
  /// No profile takes the machine.
  case none
  /// Several profiles ask for it with the same right: their files.
  case tie([String])
  /// The one that would take it cannot be used.
  case broken(String)
  /// It may be a machine that is in use: a profile that installs is not given to it.
  case inDoubt([SharedNames])
  /// The state directory may be older than what happened: a newcomer is given no profile that installs.
  case careful
}

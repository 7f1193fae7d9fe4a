// Boot/Script: what a script is for.
// SPDX-License-Identifier: Apache-2.0

/// Who a script is for, and when.
package enum ScriptOccasion: Hashable, Sendable {
  /// Anyone who names the profile.
  case byName
  /// A machine that is to be installed, if its profile installs.
  case installing
  /// A machine that is installed, if its profile installs.
  case settled(platform: String?)

  /// For a machine as it stands.
  ///
  /// - Parameter platform: as it says now; `nil`: as its record has it.
  package init(_ machine: Machine, platform: String? = nil) {
    switch machine.state {
    case .configured, .installing: self = .installing
    case .unknown, .installed, .running:
      self = .settled(platform: platform ?? machine.platform)
    }
  }
}

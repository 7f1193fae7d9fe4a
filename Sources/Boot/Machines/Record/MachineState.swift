// Boot/Machines/Record: where a machine stands.
// SPDX-License-Identifier: Apache-2.0

/// A machine's state, in Mayu's words.
package enum MachineState: String, Sendable, CaseIterable, CustomStringConvertible {
  /// Has no profile; is held until it matches one or is claimed.
  case unknown
  /// Installs, or boots its profile, at its next network boot.
  case configured
  /// Has been given the installer's script, and gets it again until it reports.
  case installing
  /// Has reported that it is installed; boots its own disk.
  case installed
  /// Has reported that it runs.
  case running

  /// The word in records and the API.
  package var description: String { rawValue }
}

// Boot/Script: a script, and what was learnt while it was made.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A script, and what was learnt while it was made.
package struct BuiltScript: Equatable, Sendable {
  /// With a NUL in each place where a machine's own query goes.
  package var text: [UInt8] = []
  /// Whether its profile has an installer.
  package var installs = false
  /// What an operator should look at before a machine boots it, each a sentence.
  package var warnings: [String] = []
  /// Whether a warning may go away though nothing changes that the script depends on.
  package var isPassing = false
  /// What it was made of, or of the absence of: while all of it is as it was, so is the script.
  package var dependencies: [RelativePath] = []
}

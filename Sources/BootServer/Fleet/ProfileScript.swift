// BootServer/Fleet: a profile's script, or why there is none.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// A profile's script, or why there is none.
enum ProfileScript<Script: Sendable>: Sendable {
  /// `lack`: what it names for the machine and cannot be had.
  case usable(Script, installs: Bool, lack: Hold? = nil)
  /// A sentence, and what the log has in its place, where it says more.
  case unusable(String, logged: String? = nil)

  var facts: ProfileFacts {
    switch self {
    case .usable(_, let installs, let lack): ProfileFacts(installs: installs, lack: lack)
    case .unusable(let problem, _): ProfileFacts(installs: nil, problem: problem)
    }
  }
}

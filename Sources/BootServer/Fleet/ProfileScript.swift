// BootServer/Fleet: a profile's script, or why there is none.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// A profile's script, or why there is none.
enum ProfileScript<Script: Sendable>: Sendable {
  case usable(Script, installs: Bool)
  /// A sentence, and what the log has in its place, where it says more.
  case unusable(String, logged: String? = nil)

  var facts: ProfileFacts {
    switch self {
    case .usable(_, let installs): ProfileFacts(installs: installs)
    case .unusable(let problem, _): ProfileFacts(installs: nil, problem: problem)
    }
  }
}

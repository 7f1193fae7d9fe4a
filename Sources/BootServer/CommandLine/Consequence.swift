// BootServer/CommandLine: what a change leads to.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What happens to a machine's disk after a change; said before it, or asked.
enum Consequence {
  case reinstall, release, remove

  /// Whether it wants `--yes` where nobody can be asked; `remove` is older than that rule.
  var wantsYes: Bool { self != .remove }

  /// - Parameter machine: the sentence's subject.
  func sentence(_ machine: String) -> String {
    switch self {
    case .reinstall: "\(machine) will be installed again at its next network boot, over its disk"
    case .release:
      "\(machine) will have no profile: at its next network boot a profile that takes it"
        + " installs it, over its disk"
    case .remove:
      "\(machine) will be a new machine: at its next network boot a profile that takes it"
        + " installs it, over its disk"
    }
  }

  /// What a patch leads to; `nil`: nothing that a disk feels.
  static func ofSet(_ patch: JSON, name: String) -> String? {
    guard case .object(let members) = patch else { return nil }
    if patch["state"] == .string("configured") { return Consequence.reinstall.sentence(name) }
    if members.contains(where: { $0.name == "profile" && $0.value == .null }) {
      return Consequence.release.sentence(name)
    }
    return nil
  }

  /// - Parameter machine: the record that a claim left.
  static func ofClaim(_ machine: JSON, profile: String, name: String) -> String? {
    switch machine["state"] {
    case .string("configured"):
      "\(name) boots \(profile) at its next network boot; where that installs, over its disk"
    case .string("installed"), .string("running"):
      "\(name) keeps booting its disk; machines reinstall installs \(profile)"
    default: nil
    }
  }

  static func tell(_ line: String?) {
    if let line { Terminal.note(line) }
  }
}

// BootServer/CommandLine: machines that no profile takes.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// What becomes of a machine that no profile takes.
package enum Unmatched: String, CaseIterable, Sendable {
  case hold, local
  /// A person may choose among the profiles that have a `menu`; then the same as without.
  case menu
  case menuLocal = "menu-local"

  /// What a machine that is held gets.
  var policy: HoldPolicy { self == .local ? .local : .hold }

  /// What follows the menu; `nil`: there is none.
  var menu: MenuScript.Otherwise? {
    switch self {
    case .hold, .local: nil
    case .menu: .hold
    case .menuLocal: .local
    }
  }
}

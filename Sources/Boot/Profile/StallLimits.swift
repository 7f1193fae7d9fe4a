// Boot/Profile: when a boot counts as stalled.
// SPDX-License-Identifier: Apache-2.0

import Text

/// After how many seconds without a byte a boot counts as stalled: `stall_after`. 0 is never.
package struct StallLimits: Equatable, Sendable {
  /// Of a file on its way, and of all where it is 0; `nil`: as the server says.
  package var transfer: Int?
  /// Between two files that iPXE fetches. Shorter than that of a transfer counts as that.
  package var step = 60
  /// Until the booted system asks for its config; likewise.
  package var config = 300

  /// What counts where nobody says anything.
  package init() {}
}

extension StallLimits {
  /// Takes what a profile says: `120` for a transfer, or an object that names the step.
  ///
  /// - Throws: ``BootError`` that names file and key.
  mutating func set(_ value: JSON, _ source: ProfileSource) throws(BootError) {
    guard case .object(let members) = value else {
      transfer = try source.count(value)
      return
    }
    for member in members where member.value != .null {
      let seconds = { () throws(BootError) in
        try source.within(member.name).count(member.value)
      }
      switch member.name {
      case "transfer": transfer = try seconds()
      case "step": step = try seconds()
      case "config": config = try seconds()
      default:
        throw source.wrong(
          "has \"\(member.name)\"; it may have \"transfer\", \"step\" and \"config\"")
      }
    }
  }
}

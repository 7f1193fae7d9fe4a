// Boot/Machines/Rules: why and since when a machine is held.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Why and since when a machine is held, as the API answers it.
package struct HeldSince: Equatable, Sendable {
  package let hold: Hold
  package let since: Timestamp

  package init(_ hold: Hold, since: Timestamp) {
    self.hold = hold
    self.since = since
  }

  var json: JSON {
    .object([
      JSON.Member("reason", .string(hold.reason.rawValue)),
      JSON.Member("since", .string(since.description)),
      JSON.Member("says", .string(hold.console)),
    ])
  }
}

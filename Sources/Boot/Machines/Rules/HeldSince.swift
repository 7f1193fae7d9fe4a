// Boot/Machines/Rules: why and since when a machine is held.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Why and since when a machine is held, as the API answers it.
package struct HeldSince: Equatable, Sendable {
  /// Why it is held; the sentence of `held` in the API.
  package let hold: Hold
  /// Of this reason; another reason begins anew.
  package let since: Timestamp
  /// For whoever asks.
  package var says: String

  /// - Parameter since: when it was first held for this.
  package init(_ hold: Hold, since: Timestamp) {
    self.hold = hold
    self.since = since
    says = hold.console
  }

  var json: JSON {
    .object([
      JSON.Member("reason", .string(hold.reason.rawValue)),
      JSON.Member("since", .string(since.description)),
      JSON.Member("says", .string(says)),
    ])
  }
}

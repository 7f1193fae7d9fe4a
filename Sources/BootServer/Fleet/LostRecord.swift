// BootServer/Fleet: records that cannot be used now.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// What is kept of a record that cannot be used, for when it can be again.
///
/// An installer that is at work meanwhile has its token, and reports with it once the file is mended.
struct LostRecord: Sendable {
  /// As it was; `nil` where it was lost before the start.
  var entry: Roster.Entry?
  /// By generation.
  var tokens: [Int: String]

  init(tokens: [Int: String]) { self.tokens = tokens }

  init(_ entry: Roster.Entry) {
    self.entry = entry
    tokens = [entry.machine.generation: entry.token]
  }
}

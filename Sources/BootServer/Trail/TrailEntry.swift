// BootServer/Trail: one commit of a machine's trail.
// SPDX-License-Identifier: Apache-2.0

/// What `machines audit` shows of one commit.
struct TrailEntry: Equatable, Sendable {
  let commit: String
  /// RFC 3339.
  let time: String
  let subject: String
  let who: String
  let why: String
}

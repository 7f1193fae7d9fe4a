// BootServer/Trail: how the trail is.
// SPDX-License-Identifier: Apache-2.0

/// How far the trail is behind, and why.
struct TrailCondition: Equatable, Sendable {
  /// Changes that wait to be written.
  let waiting: Int
  /// More waited than may; what was left out is found by looking at all records.
  let isBehind: Bool
  /// Why the last try failed.
  let problem: String?
}

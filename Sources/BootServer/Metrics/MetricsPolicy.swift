// BootServer/Metrics: who may scrape.
// SPDX-License-Identifier: Apache-2.0

/// `--metrics`.
package enum MetricsPolicy: String, CaseIterable, Sendable {
  /// Everyone who reaches the server.
  case open
  /// Whoever has the token of the API.
  case token
  /// There is no such path.
  case off
}

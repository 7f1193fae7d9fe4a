// boot-bench: how much of everything.
// SPDX-License-Identifier: Apache-2.0

/// How much of everything.
struct Scale: Equatable, Sendable {
  var seconds = 2.0
  var warmUpSeconds = 0.3
  var rounds = 5
  var imageBytes = 256 << 20
  /// Of the image that is fetched.
  var fetchedBytes = 1 << 30
  /// Versions that are listed.
  var versions = 500
  var machines = 2000
  var idleConnections = 10_000
  var startsARound = 5
  /// Machines that are known.
  var records = 10_000
  /// Profiles beside those that are needed, each for one machine that never comes.
  var profiles = 0
  /// Machines that are new.
  var contacts = 1000

  static let quick = Scale(
    seconds: 0.2, warmUpSeconds: 0.1, rounds: 1, imageBytes: 32 << 20,
    fetchedBytes: 64 << 20, machines: 200, idleConnections: 1000, startsARound: 3, records: 500,
    contacts: 100)
}

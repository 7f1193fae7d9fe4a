// HTTP/Server: what all loops of a server share.
// SPDX-License-Identifier: Apache-2.0

/// What all loops of a server share.
package struct LoopSettings: Sendable {
  /// How large a message may be.
  package var limits = MessageLimits()
  /// How long each thing may take.
  package var deadlines = Deadlines()
  /// Open connections of all loops together.
  package var maxConnections = 1000
  /// Connections beyond those that are told so properly; more are told and closed at once.
  package var maxOverflow = 16
  /// The server's own.
  package init() {}
}

// HTTP/Server: what all loops of a server share.
// SPDX-License-Identifier: Apache-2.0

/// What all loops of a server share.
package struct LoopSettings: Sendable {
  package var limits = MessageLimits()
  package var deadlines = Deadlines()
  /// Open connections of all loops together.
  package var maxConnections = 1000
  /// Connections beyond those that are told so properly; more are told and closed at once.
  package var maxOverflow = 16
  package init() {}
}

// BootServer: who may ask for a route.
// SPDX-License-Identifier: Apache-2.0

/// Who may ask for a route; decided once, before its handler.
enum Access: Equatable, Sendable {
  case anyone
  /// The owner of the socket in the state directory, and on the network who has the API's token.
  case operators
  /// A machine, by its own token, which its handler compares.
  case machine
}

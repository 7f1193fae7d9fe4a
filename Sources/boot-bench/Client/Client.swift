// boot-bench: one client of a load.
// SPDX-License-Identifier: Apache-2.0

import System

/// Where one client is in its plan.
struct Client {
  enum Phase {
    /// Not begun, or through with its plan.
    case resting
    /// The request waits for the connection to stand.
    case connecting
    case awaitingHead
    case receivingBody
    /// Until ``Client/began``.
    case pausing
  }

  var phase = Phase.resting
  var socket: Socket?
  var isWatched = false
  /// The peer closes the connection behind this answer.
  var closes = false
  /// Index of the plan's step.
  var step = 0
  /// Body bytes that the answer's head promises.
  var promised = 0
  /// The answer is a 503 that may be one.
  var isHeld = false
  /// Body bytes of the answer so far.
  var received = 0
  /// Answers over this connection.
  var answersHere = 0
  /// When the request, or its connection, was begun; pausing: when the next one is due.
  var began: UInt64 = 0
}

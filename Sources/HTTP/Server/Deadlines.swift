// HTTP/Server: how long a connection may take for what.
// SPDX-License-Identifier: Apache-2.0

/// Seconds for each thing a peer does; bodies are held to progress, never to a total.
package struct Deadlines: Sendable {
  /// From connecting, or from the first byte of a later request, to the end of its head.
  package var headSeconds = 10
  /// Between requests.
  package var idleSeconds = 60
  /// Without a byte of a request's body.
  package var bodySeconds = 60
  /// Without a byte taken of an answer's: an installer pauses while it formats a disk.
  package var answerSeconds = 15 * 60
  /// For a handler or a disk to come to an answer.
  package var waitSeconds = 60
  /// For a disk to say what is there, where an answer can do without.
  package var lookSeconds = 1
  /// For the same as `waitSeconds`, when the peer sends no more and has most likely left.
  package var leftSeconds = 10
  /// Of an answer that has not moved, before its connection may make room for another one.
  package var stalledSeconds = 60
  /// For reading on after an early answer.
  package var drainSeconds = 2
  /// Bytes read on after an early answer.
  package var drainBytes = 256 << 10
  /// For a request that is on its way when the server stops.
  package var firstHeadSeconds = 1
  /// For what is in flight when the server stops.
  package var stopSeconds = 30

  /// The server's own.
  package init() {}
}

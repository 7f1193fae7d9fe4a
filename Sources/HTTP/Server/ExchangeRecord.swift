// HTTP/Server: what the log learns of one exchange.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// How an exchange ended, for the log.
package struct ExchangeRecord: Sendable {
  /// `nil` when there was no head that could be read.
  package let head: RequestHead?
  /// Who asked; by a trusted proxy, for whom.
  package let peer: SocketAddress
  /// What was answered.
  package let status: Status
  /// Bytes of content that the peer's socket took.
  package let sentBytes: Int64
  /// Whether all of the answer went out.
  package let isComplete: Bool
  /// From the whole request to the last byte that the socket took.
  package let microseconds: Int
  /// What the answer meant.
  package let event: Event
}

// HTTP/Server: what the log learns of one exchange.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// How an exchange ended, for the log.
package struct ExchangeRecord: Sendable {
  /// `nil` when there was no head that could be read.
  package let head: RequestHead?
  package let peer: SocketAddress
  package let status: Status
  /// Bytes of content that the peer's socket took.
  package let sentBytes: Int64
  package let isComplete: Bool
  package let microseconds: Int
  package let event: Event
}

// HTTP/Server: what other threads tell an event loop.
// SPDX-License-Identifier: Apache-2.0

import System

/// News for a loop; `tag` names the connection, which may be gone by then.
package enum LoopMessage: Sendable {
  /// - Parameter wait: which of the connection's waits it is for.
  case delivered(tag: UInt64, wait: UInt64, PendingFile, Delivery)
  /// A slice of a file that a thread of the pool sent; 0 at the file's end.
  case sent(tag: UInt64, Result<Int, Errno>)
  case worked(tag: UInt64, WorkResult)
  /// There is something of an answer that goes on.
  case streamed(tag: UInt64)
  /// One more listener, for this loop alone.
  case listen(SharedListener)
  /// Finish what is in flight; nothing new.
  case stop
}

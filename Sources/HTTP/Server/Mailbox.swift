// HTTP/Server: what other threads tell an event loop.
// SPDX-License-Identifier: Apache-2.0

import System

/// Messages for one loop; posting wakes it.
package final class Mailbox: Sendable {
  private let messages = Mutex<[LoopMessage]>([])
  /// What the loop's epoll watches.
  package let wake: EventCounter

  /// Empty.
  package init() throws(Errno) { wake = try EventCounter() }

  /// Adds a message from any thread, and wakes the loop.
  package func post(_ message: LoopMessage) {
    let wasEmpty = messages.withLock { messages -> Bool in
      messages.append(message)
      return messages.count == 1
    }
    if wasEmpty { wake.add() }
  }

  /// What has come since the last time, in order.
  package func takeAll() -> [LoopMessage] {
    wake.wait()
    return messages.withLock { messages in
      let all = messages
      messages = []
      return all
    }
  }
}

// HTTP/Server: what other threads tell an event loop.
// SPDX-License-Identifier: Apache-2.0

import System

/// Messages for one loop; posting wakes it.
package final class Mailbox: Sendable {
  private let messages = Mutex<[LoopMessage]>([])
  package let wake: EventCounter

  package init() throws(Errno) { wake = try EventCounter() }

  package func post(_ message: LoopMessage) {
    let wasEmpty = messages.withLock { messages -> Bool in
      messages.append(message)
      return messages.count == 1
    }
    if wasEmpty { wake.add() }
  }

  package func takeAll() -> [LoopMessage] {
    wake.wait()
    return messages.withLock { messages in
      let all = messages
      messages = []
      return all
    }
  }
}

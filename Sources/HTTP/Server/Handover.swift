// HTTP/Server: a listener on its way to its loop.
// SPDX-License-Identifier: Apache-2.0

import System

/// Listeners on their way to the loop that will own them: nobody else keeps them open.
final class Handover: Sendable {
  private let listeners: Mutex<[SharedListener]>

  init(_ listeners: [SharedListener]) { self.listeners = Mutex(listeners) }

  func take() -> [SharedListener] {
    listeners.withLock { listeners in
      defer { listeners = [] }
      return listeners
    }
  }
}

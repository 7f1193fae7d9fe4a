// HTTP/Server: what an application gives the server.
// SPDX-License-Identifier: Apache-2.0

import System

/// An application, as one event loop runs it: its state belongs to that loop alone.
package struct Service {
  package let bodyPolicy: (RequestHead) -> BodyPolicy
  /// Who asks, given who is connected: a proxy may ask for another.
  package let client: (RequestHead, SocketAddress) -> SocketAddress
  package let respond: (Request) -> Outcome
  package let finished: (ExchangeRecord) -> Void
  /// What was checked before may have changed: a request is coming that was sent later.
  package let turnBegan: () -> Void
  /// The loop has nothing more to do for now; what was put off can be done.
  package let turnEnded: () -> Void

  package init(
    bodyPolicy: @escaping (RequestHead) -> BodyPolicy,
    client: @escaping (RequestHead, SocketAddress) -> SocketAddress = { $1 },
    respond: @escaping (Request) -> Outcome,
    finished: @escaping (ExchangeRecord) -> Void,
    turnBegan: @escaping () -> Void,
    turnEnded: @escaping () -> Void
  ) {
    self.bodyPolicy = bodyPolicy
    self.client = client
    self.respond = respond
    self.finished = finished
    self.turnBegan = turnBegan
    self.turnEnded = turnEnded
  }
}

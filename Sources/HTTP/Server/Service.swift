// HTTP/Server: what an application gives the server.
// SPDX-License-Identifier: Apache-2.0

import System

/// An application, as one event loop runs it: its state belongs to that loop alone.
package struct Service {
  /// Whether a request's body is kept, dropped or refused; asked once its head is there.
  package let bodyPolicy: (RequestHead) -> BodyPolicy
  /// Who asks, given who is connected: a proxy may ask for another.
  package let client: (RequestHead, SocketAddress) -> SocketAddress
  /// The answer, or what it waits for. May be asked several times for one request.
  package let respond: (Request) -> Outcome
  /// Sees each answer to a request before it is sent; the number tells connections of one loop apart.
  package let answering: (Request, UInt64, inout Response) -> Void
  /// Is told of each exchange when it is over.
  package let finished: (ExchangeRecord) -> Void
  /// What was checked before may have changed: a request is coming that was sent later.
  package let turnBegan: () -> Void
  /// The loop has nothing more to do for now; what was put off can be done.
  package let turnEnded: () -> Void

  /// All are called by the loop's own thread.
  package init(
    bodyPolicy: @escaping (RequestHead) -> BodyPolicy,
    client: @escaping (RequestHead, SocketAddress) -> SocketAddress = { $1 },
    respond: @escaping (Request) -> Outcome,
    answering: @escaping (Request, UInt64, inout Response) -> Void = { _, _, _ in },
    finished: @escaping (ExchangeRecord) -> Void,
    turnBegan: @escaping () -> Void,
    turnEnded: @escaping () -> Void
  ) {
    self.bodyPolicy = bodyPolicy
    self.client = client
    self.respond = respond
    self.answering = answering
    self.finished = finished
    self.turnBegan = turnBegan
    self.turnEnded = turnEnded
  }
}

// HTTP/Server: what an application gives the server.
// SPDX-License-Identifier: Apache-2.0

import System

/// A request whose body has been read, or need not be.
package struct Request: Sendable {
  package let head: RequestHead
  /// Empty unless the service asked for it.
  package var body: [UInt8] = []
  /// Where the connection came in.
  package let local: SocketAddress
  package let peer: SocketAddress
  /// Whether it came by a listener that only the owner of this process can reach.
  package var isTrusted = false
  /// How often it was handled again; a handler that asks for that without end is stopped.
  var rounds = 0
  /// What was read for this request since it was handled last.
  package var delivered: FileStore.Delivered = [:]

  package init(head: RequestHead, local: SocketAddress, peer: SocketAddress) {
    self.head = head
    self.local = local
    self.peer = peer
  }
}

/// What a handler decides.
package enum Outcome: Sendable {
  case respond(Response)
  /// A disk has to be waited for: handle the request again once this has come.
  case wait(PendingFile)
  /// Something else has to be waited for.
  case work(Work)
}

/// Starts something that may wait, on threads of its own, and says once what came of it.
package typealias Work = @Sendable (_ done: @escaping @Sendable (WorkResult) -> Void) -> Void

package enum WorkResult: Sendable {
  case respond(Response)
  /// What the handler lacked is there now: handle the request again.
  case handleAgain
}

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
  package let note: [UInt8]
  package let isWarning: Bool
}

/// An application, as one event loop runs it: its state belongs to that loop alone.
package struct Service {
  package let bodyPolicy: (RequestHead) -> BodyPolicy
  package let respond: (Request) -> Outcome
  package let finished: (ExchangeRecord) -> Void
  /// What was checked before may have changed: a request is coming that was sent later.
  package let turnBegan: () -> Void
  /// The loop has nothing more to do for now; what was put off can be done.
  package let turnEnded: () -> Void

  package init(
    bodyPolicy: @escaping (RequestHead) -> BodyPolicy,
    respond: @escaping (Request) -> Outcome,
    finished: @escaping (ExchangeRecord) -> Void,
    turnBegan: @escaping () -> Void,
    turnEnded: @escaping () -> Void
  ) {
    self.bodyPolicy = bodyPolicy
    self.respond = respond
    self.finished = finished
    self.turnBegan = turnBegan
    self.turnEnded = turnEnded
  }
}

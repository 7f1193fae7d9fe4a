// HTTP/Server: what a handler says, and what it waits for.
// SPDX-License-Identifier: Apache-2.0

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

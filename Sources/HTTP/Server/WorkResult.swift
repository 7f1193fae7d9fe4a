// HTTP/Server: what came of work on another thread.
// SPDX-License-Identifier: Apache-2.0

/// What came of work that a handler left to another thread.
package enum WorkResult: Sendable {
  case respond(Response)
  /// What the handler lacked is there now: handle the request again.
  case handleAgain
}

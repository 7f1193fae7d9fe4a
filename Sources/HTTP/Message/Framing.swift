// HTTP/Message: how long a request is.
// SPDX-License-Identifier: Apache-2.0

/// How a request says where its body ends (RFC 9112 section 6).
package enum Framing: Equatable, Sendable {
  case length(Int)
  case chunked
}

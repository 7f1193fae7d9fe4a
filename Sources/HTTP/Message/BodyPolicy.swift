// HTTP/Message: what becomes of a request's body.
// SPDX-License-Identifier: Apache-2.0

/// What becomes of a request's body.
package enum BodyPolicy: Sendable {
  /// Read to its end and dropped.
  case discard
  case collect
  /// Left where it is: the answer ends the connection.
  case refuse
}

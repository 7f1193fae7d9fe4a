// HTTP/Message: how far an answer has come.
// SPDX-License-Identifier: Apache-2.0

/// How far an answer has come, for whoever follows it.
package struct DeliveryProgress: Equatable, Sendable {
  /// Bytes of the content that the peer has acknowledged; what waits in the kernel is not among them.
  package let acknowledged: Int64
  /// Whether nothing more comes: the peer has all of it, or the connection ended.
  package let isOver: Bool

  /// Told on the loop's own thread: a few times a second while bytes move, and once when it is over.
  package typealias Follower = @Sendable (DeliveryProgress) -> Void

  /// - Parameter acknowledged: bytes of content.
  package init(acknowledged: Int64, isOver: Bool) {
    self.acknowledged = acknowledged
    self.isOver = isOver
  }
}

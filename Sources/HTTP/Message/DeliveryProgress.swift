// HTTP/Message: how far an answer has come.
// SPDX-License-Identifier: Apache-2.0

/// How far an answer has come, for whoever follows it.
package struct DeliveryProgress: Equatable, Sendable {
  /// Bytes of the content that the peer has acknowledged; what waits in the kernel is not among them.
  package let acknowledged: Int64
  /// Bytes of the content that went onto the wire, whether the peer has acknowledged them or not.
  package let onWire: Int64
  /// Whether nothing more comes: the peer has all of it, or the connection ended.
  package let isOver: Bool

  /// Told on the loop's own thread: a few times a second while bytes move, and once when it is over.
  package typealias Follower = @Sendable (DeliveryProgress) -> Void

  /// - Parameters:
  ///   - acknowledged: bytes of content.
  ///   - onWire: `nil`: as many.
  package init(acknowledged: Int64, onWire: Int64? = nil, isOver: Bool) {
    self.acknowledged = acknowledged
    self.onWire = onWire ?? acknowledged
    self.isOver = isOver
  }
}

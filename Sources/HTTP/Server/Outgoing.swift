// HTTP/Server: an answer on its way out.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// What is left of an answer.
struct Outgoing {
  let status: Status
  let event: Event
  let began: Instant
  var follower: DeliveryProgress.Follower?
  /// The head, and with it the content that is already in memory.
  var front: [UInt8]
  var frontSent = 0
  /// How much of `front` is head.
  var headLength: Int
  var pieces: ArraySlice<Response.Piece>
  /// Bytes of the first piece that went out.
  var pieceSent: Int64 = 0
  var contentSent: Int64 = 0

  /// Content bytes that the peer's socket took.
  var sentBytes: Int64 { contentSent + Int64(max(0, frontSent - headLength)) }

  mutating func advancePiece(by count: Int64) {
    pieceSent += count
    contentSent += count
    if let piece = pieces.first, pieceSent >= piece.count {
      pieces = pieces.dropFirst()
      pieceSent = 0
    }
  }
}

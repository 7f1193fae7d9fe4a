// HTTP/Server: what a handler is asked.
// SPDX-License-Identifier: Apache-2.0

import System

/// A request whose body has been read, or need not be.
package struct Request: Sendable {
  /// Its line and its fields.
  package let head: RequestHead
  /// Empty unless the service asked for it.
  package var body: [UInt8] = []
  /// Where the connection came in.
  package let local: SocketAddress
  /// Who asks; port 0 where a proxy said so.
  package let peer: SocketAddress
  /// Whether it came by a listener that only the owner of this process can reach.
  package var isTrusted = false
  /// How often it was handled again; a handler that asks for that without end is stopped.
  var rounds = 0
  /// What was read for this request since it was handled last.
  package var delivered: FileStore.Delivered = [:]
  /// Whether a look at a disk took too long: no other one is waited for.
  package var isLate = false

  /// - Parameters:
  ///   - local: the server's end of the connection.
  ///   - peer: the other end.
  package init(head: RequestHead, local: SocketAddress, peer: SocketAddress) {
    self.head = head
    self.local = local
    self.peer = peer
  }
}

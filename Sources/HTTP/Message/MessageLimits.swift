// HTTP/Message: how much of a request is read.
// SPDX-License-Identifier: Apache-2.0

/// How much of a request is taken, in bytes.
package struct MessageLimits: Sendable {
  /// Bytes of method, target and version; more is 414.
  package var requestLine = 16 << 10
  /// Bytes of a whole head; more is 431.
  package var head = 64 << 10
  /// Lines of a head; more is 431.
  package var fields = 256
  /// Bytes of a body that is read; more is 413.
  package var content = 1 << 20
  /// Chunk extensions and trailers beside a chunked body's content.
  package var chunkOverhead = 64 << 10

  /// The server's own.
  package init() {}
}

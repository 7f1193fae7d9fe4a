// HTTP/Message: how much of a request is read.
// SPDX-License-Identifier: Apache-2.0

/// How much of a request is taken, in bytes.
package struct MessageLimits: Sendable {
  package var requestLine = 16 << 10
  package var head = 64 << 10
  package var fields = 256
  package var content = 1 << 20
  /// Chunk extensions and trailers beside a chunked body's content.
  package var chunkOverhead = 64 << 10

  package init() {}
}

// TestSupport: large contents, made quickly.
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Data {
  /// A piece again and again, up to a number of bytes.
  ///
  /// A build for tests takes seconds for as much byte by byte.
  package init(repeating piece: Data, bytes: Int) {
    self.init(capacity: bytes + piece.count)
    while count < bytes { append(piece) }
    removeLast(count - bytes)
  }
}

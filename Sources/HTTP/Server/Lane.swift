// HTTP/Server: what must not be done twice at a time.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What must not be done twice at a time.
package enum Lane: Hashable, Sendable {
  case path(RelativePath)
  case file(device: UInt64, inode: UInt64)
  /// Anything else that may wait.
  case chore(String)
}

// HTTP/Files: files that have to come from a slow disk.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What a handler waits for.
package enum PendingFile: Hashable, Sendable {
  /// The file's first bytes, at most `limit`.
  case contents(RelativePath, limit: Int)
  /// The file opened, or the directory listed.
  case open(RelativePath)
  /// What is there.
  case status(RelativePath)

  var path: RelativePath {
    switch self {
    case .contents(let path, _), .open(let path), .status(let path): path
    }
  }
}

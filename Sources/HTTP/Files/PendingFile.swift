// HTTP/Files: files that have to come from a slow disk.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What a handler waits for.
package enum PendingFile: Hashable, Sendable {
  /// The file's first bytes, at most `limit`.
  case contents(RelativePath, limit: Int)
  /// The file opened, or the directory listed.
  case open(RelativePath)
  /// The names in a directory.
  case listing(RelativePath)
  /// What is there.
  case status(RelativePath)
  /// What a link names.
  case link(RelativePath)

  /// Whether an answer can do without it: then it is not waited for long.
  var isLook: Bool {
    switch self {
    case .contents, .open: false
    case .listing, .status, .link: true
    }
  }

  var path: RelativePath {
    switch self {
    case .contents(let path, _), .open(let path), .listing(let path), .status(let path),
      .link(let path):
      path
    }
  }
}

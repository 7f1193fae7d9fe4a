// System: a Unix socket's place in the file system.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What stands at a path, and whose it is.
package struct SocketFile: Equatable, Sendable {
  /// `false`: something else stands there.
  package let isSocket: Bool
  /// The user's number.
  package let owner: UInt32

  /// For states that are not read from a disk.
  package init(isSocket: Bool, owner: UInt32) {
    self.isSocket = isSocket
    self.owner = owner
  }

  /// Looks a path up, links followed.
  package static func at(_ path: String) throws(Errno) -> SocketFile {
    var raw = stat()
    _ = try retrying { unsafe fstatat(AT_FDCWD, path, &raw, 0) }
    return SocketFile(isSocket: raw.st_mode & S_IFMT == S_IFSOCK, owner: raw.st_uid)
  }
}

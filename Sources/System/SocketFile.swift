// System: a Unix socket's place in the file system.
// SPDX-License-Identifier: Apache-2.0

import CLinux
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

  /// Whether nobody listens on the socket at a path: who made it has ended (connect(2), ECONNREFUSED).
  ///
  /// Where that cannot be known, somebody does.
  package static func isDead(_ path: String) -> Bool {
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    do throws(Errno) {
      let descriptor = FileDescriptor(owning: try retrying { socket(AF_UNIX, kind, 0) })
      let number = descriptor.number
      try unsafe withUnixAddress(Array(path.utf8)) { (address, length) throws(Errno) in
        _ = try retrying { unsafe connect(number, address, length) }
      }
      return false
    } catch {
      return error.number == ECONNREFUSED
    }
  }
}

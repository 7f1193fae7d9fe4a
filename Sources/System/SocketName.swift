// System: the name of a Unix socket that this process made.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A Unix socket's place, and which one it is: another server may have put its own there since.
package struct SocketName: Sendable {
  private let path: String
  private let device: dev_t
  private let inode: ino_t

  /// - Parameter path: of a socket that was just made.
  package init(_ path: String) throws(Errno) {
    let raw = try Self.status(path)
    (self.path, device, inode) = (path, raw.st_dev, raw.st_ino)
  }

  /// Takes the name away, if it is still that of the same socket.
  package func remove() {
    guard let raw = try? Self.status(path), raw.st_dev == device, raw.st_ino == inode,
      raw.st_mode & S_IFMT == S_IFSOCK
    else { return }
    unsafe unlink(path)
  }

  private static func status(_ path: String) throws(Errno) -> stat {
    var raw = stat()
    _ = try retrying { unsafe fstatat(AT_FDCWD, path, &raw, AT_SYMLINK_NOFOLLOW) }
    return raw
  }
}

// System: openat2(2).
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Opening what a path names, with or without asking a disk for it.
enum OpenAt {
  /// Opens beneath a directory: no link leads out, none of /proc's is followed.
  ///
  /// - Parameters:
  ///   - more: further bits for `resolve`.
  ///   - waiting: `false` gives up with EAGAIN where a name on the way is not in the kernel's memory, or a
  ///     file server would have to be asked whether it still means the same (`RESOLVE_CACHED`).
  static func beneath(
    _ directory: CInt, _ nulTerminated: [UInt8], _ flags: CInt, also more: UInt64 = 0,
    waiting: Bool
  ) throws(Errno) -> FileDescriptor {
    try open(
      directory, nulTerminated, flags,
      CLINUX_RESOLVE_BENEATH | CLINUX_RESOLVE_NO_MAGICLINKS | more, waiting: waiting)
  }

  /// Opens one name in a directory; a link itself, where it is one.
  static func name(
    _ directory: CInt, _ nulTerminated: [UInt8], _ flags: CInt, waiting: Bool
  ) throws(Errno) -> FileDescriptor {
    if !waiting, knowsCached { return try open(directory, nulTerminated, flags, 0, waiting: false) }
    return FileDescriptor(
      owning: try unsafe retrying(path: nulTerminated) {
        unsafe Glibc.openat(directory, $0, flags | O_CLOEXEC)
      })
  }

  private static func open(
    _ directory: CInt, _ nulTerminated: [UInt8], _ flags: CInt, _ resolve: UInt64, waiting: Bool
  ) throws(Errno) -> FileDescriptor {
    let cached = !waiting && knowsCached ? CLINUX_RESOLVE_CACHED : 0
    return FileDescriptor(
      owning: try unsafe retrying(path: nulTerminated) {
        unsafe clinux_openat2(directory, $0, UInt64(flags | O_CLOEXEC), resolve | cached)
      })
  }

  /// Linux 5.12 and later; before that a loop asks the disk after all.
  private static let knowsCached: Bool = {
    let root: [UInt8] = [0x2f, 0]
    let number = try? unsafe retrying(path: root) {
      unsafe clinux_openat2(
        AT_FDCWD, $0, UInt64(CLINUX_O_PATH | O_CLOEXEC), CLINUX_RESOLVE_CACHED)
    }
    guard let number else { return false }
    _ = FileDescriptor(owning: number)
    return true
  }()
}

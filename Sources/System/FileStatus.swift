// System: what the file system says of a file.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What identifies one state of one file: any change of its content changes this.
///
/// Size and mtime can survive an edit; ctime cannot be set by anyone.
package struct FileStatus: Equatable, Hashable, Sendable {
  /// What stands there; `other` is a device, a FIFO or a socket.
  package enum Kind: Sendable { case regular, directory, link, other }

  /// Of the name's file; of a link itself where links are not followed.
  package let kind: Kind
  /// The file system's number; with ``inode`` it names one file.
  package let device: UInt64
  /// The file's number in its file system.
  package let inode: UInt64
  /// Bytes.
  package let size: Int64
  /// The lower twelve bits of its mode: `0o644`.
  package let permissions: UInt16
  /// When its content was written last; a copy may bring an older time along.
  package let modified: FileTime
  /// When anything of it changed last, its name included; nobody can set it.
  package let changed: FileTime

  init(_ raw: stat) {
    kind =
      switch raw.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .link
      default: .other
      }
    device = UInt64(raw.st_dev)
    inode = UInt64(raw.st_ino)
    size = Int64(raw.st_size)
    permissions = UInt16(truncatingIfNeeded: raw.st_mode & 0o7777)
    modified = FileTime(seconds: raw.st_mtim.tv_sec, nanoseconds: raw.st_mtim.tv_nsec)
    changed = FileTime(seconds: raw.st_ctim.tv_sec, nanoseconds: raw.st_ctim.tv_nsec)
  }

  /// For states that are not read from a disk.
  package init(
    kind: Kind, device: UInt64, inode: UInt64, size: Int64, modified: FileTime, changed: FileTime
  ) {
    self.kind = kind
    self.device = device
    self.inode = inode
    self.size = size
    permissions = 0o644
    self.modified = modified
    self.changed = changed
  }

  /// Looks a path up, links followed.
  package static func of(path: String) throws(Errno) -> FileStatus {
    var raw = stat()
    _ = try retrying { unsafe fstatat(AT_FDCWD, path, &raw, 0) }
    return FileStatus(raw)
  }

  /// Looks a path of raw bytes up, links followed; for the hot path, so no `String` is made.
  ///
  /// - Parameter path: ends with a NUL byte.
  package static func of(nulTerminated path: [UInt8]) throws(Errno) -> FileStatus {
    var raw = stat()
    _ = try unsafe retrying(path: path) { unsafe fstatat(AT_FDCWD, $0, &raw, 0) }
    return FileStatus(raw)
  }

  /// Whether an edit within the file clock's grain could hide behind this status.
  ///
  /// The kernel stamps files with a clock that ticks every few milliseconds, so two edits within
  /// one tick leave the same ctime. Git calls such an entry racily clean.
  ///
  /// - Parameter now: the wall clock when the content was read.
  package func isRacy(readAt now: FileTime) -> Bool {
    // A clock may be centuries away from a file's time.
    let (seconds, isFar) = now.seconds.subtractingReportingOverflow(changed.seconds)
    if isFar { return now.seconds < changed.seconds }
    if !(-1...1).contains(seconds) { return seconds < 0 }
    return seconds * 1_000_000_000 + now.nanoseconds - changed.nanoseconds < 20_000_000
  }
}

// System: a directory whose files this process writes, so that a crash loses none.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A directory of our own, and the files in it and in folders one level below.
///
/// Names are relative: `machines/ID.json`. Calls wait for the disk.
package final class StateFolder: Sendable {
  /// As it was given; the directory is held open, and may have been moved since.
  package let path: String
  let descriptor: FileDescriptor

  /// Whether there was none before.
  package let isNew: Bool

  /// Opens the directory; makes it, of mode 0700, where it is missing.
  ///
  /// - Parameter makes: `false`: one that is missing is an error.
  package init(path: String, makes: Bool = true) throws(Errno) {
    self.path = path
    var whyNot: Errno?
    if makes, unsafe mkdir(path, 0o700) != 0 { whyNot = Errno.last }
    isNew = makes && whyNot == nil
    do throws(Errno) {
      descriptor = FileDescriptor(
        owning: try retrying {
          unsafe Glibc.openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        })
    } catch {
      // That it is not there says nothing; why it could not be made does.
      throw error == .noEntry ? whyNot ?? error : error
    }
  }

  /// Makes a folder of mode 0700; one that is there is fine.
  package func makeFolder(_ name: String) throws(Errno) {
    if unsafe mkdirat(descriptor.number, name, 0o700) != 0, Errno.last.number != EEXIST {
      throw Errno.last
    }
  }

  /// Holds the directory against other processes until the result goes.
  ///
  /// - Returns: `nil` when another process holds it.
  package func lock(_ name: String) throws(Errno) -> SharedDescriptor? {
    // For reading: a descriptor for writing would keep the file system from being made read-only.
    // Non-blocking, for a FIFO in its place would be waited for.
    let file = try open(name, O_RDONLY | O_CREAT | O_NONBLOCK, mode: 0o600)
    guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
      if Errno.last == .wouldBlock { return nil }
      throw Errno.last
    }
    return SharedDescriptor(file)
  }

  /// - Parameter folder: `.` is the directory itself.
  package func entries(of folder: String) throws(Errno) -> [DirectoryEntry] {
    let folder = try open(folder, O_RDONLY | O_DIRECTORY)
    let status = try folder.status()
    return try OpenedFile(descriptor: folder, status: status).entries()
  }

  /// Reads a file whole.
  ///
  /// - Parameter limit: bytes; a longer one is refused.
  package func read(_ name: String, limit: Int) throws(Errno) -> (bytes: [UInt8], FileStatus) {
    let file = try open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    let status = try file.status()
    guard status.kind == .regular else { throw .invalid }
    guard status.size <= Int64(limit) else { throw .tooBig }
    var bytes: [UInt8] = []
    while true {
      let piece = try file.read(
        count: max(Int(status.size) - bytes.count, 0) + 1, at: Int64(bytes.count))
      // One byte more was asked for: it ends where its status says.
      if bytes.isEmpty, piece.count == Int(status.size) { return (piece, status) }
      if piece.isEmpty { return (bytes, status) }
      bytes = bytes.isEmpty ? piece : bytes + piece
      guard bytes.count <= limit else { throw .tooBig }
    }
  }

  /// What a name names now.
  package func status(_ name: String) throws(Errno) -> FileStatus {
    var raw = stat()
    let number = descriptor.number
    _ = try retrying { unsafe fstatat(number, name, &raw, 0) }
    return FileStatus(raw)
  }

  /// Writes a file beside its place, to disk, and puts it there in one step.
  ///
  /// It survives a crash once ``sync(folder:)`` has been called for its folder.
  package func replace(
    _ name: String, _ bytes: [UInt8], mode: UInt32 = 0o600
  ) throws(Errno) -> FileStatus {
    let temporary = Self.temporary(name)
    do throws(Errno) {
      let file = try open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
      try file.writeAll(bytes)
      try file.sync()
      try rename(temporary, name)
      // Renaming changes the inode's ctime.
      return try file.status()
    } catch {
      _ = unsafe unlinkat(descriptor.number, temporary, 0)
      throw error
    }
  }

  /// Removes a file; not durable before the folder is flushed.
  package func remove(_ name: String) throws(Errno) {
    let number = descriptor.number
    _ = try retrying { unsafe unlinkat(number, name, 0) }
  }

  /// Renames a file over another; not durable before the folder is flushed.
  package func rename(_ old: String, _ new: String) throws(Errno) {
    let number = descriptor.number
    _ = try retrying { unsafe renameat(number, old, number, new) }
  }

  /// `machines/ID.json` is written as `machines/.ID.json.new`.
  package static func temporary(_ name: String) -> String {
    let parts = name.split(separator: "/")
    return (parts.dropLast() + [".\(parts.last ?? "").new"]).joined(separator: "/")
  }

  func open(
    _ name: String, _ flags: CInt, mode: UInt32 = 0
  ) throws(Errno) -> FileDescriptor {
    let number = descriptor.number
    return FileDescriptor(
      owning: try retrying { unsafe Glibc.openat(number, name, flags | O_CLOEXEC, mode) })
  }
}

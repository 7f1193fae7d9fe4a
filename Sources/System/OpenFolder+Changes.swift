// System: making, moving and removing what is in a folder.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

extension OpenFolder {
  /// How a name is given to something else.
  package enum Renaming: Sendable {
    /// What had the name is gone.
    case replacing
    /// A name that is taken is ``Errno/fileExists``.
    case onlyIfFree
    /// Both names change places at once.
    case exchanging
  }

  /// Opens a file for reading and writing; makes it where there is none.
  ///
  /// - Throws: ``Errno/tooManyLinks`` where a link stands there, ``Errno/invalid`` where no file does.
  package func writableFile(_ name: String) throws(Errno) -> FileDescriptor {
    let file = try open(Array(name.utf8), O_RDWR | O_CREAT | O_NONBLOCK)
    guard try file.status().kind == .regular else { throw .invalid }
    try file.setPermissions(0o644)
    return file
  }

  /// Opens a file for reading.
  ///
  /// - Throws: ``Errno/tooManyLinks`` where a link stands there, ``Errno/invalid`` where no file does.
  package func file(_ name: String) throws(Errno) -> FileDescriptor {
    let file = try open(Array(name.utf8), O_RDONLY | O_NONBLOCK)
    guard try file.status().kind == .regular else { throw .invalid }
    return file
  }

  /// Reads a small file whole.
  ///
  /// - Throws: ``Errno/tooBig`` when it is longer than `limit` bytes.
  package func read(_ name: String, limit: Int) throws(Errno) -> [UInt8] {
    let file = try file(name)
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      let piece = try file.read(count: limit + 1 - bytes.count, at: Int64(bytes.count))
      if piece.isEmpty { return bytes }
      bytes += piece
    }
    throw .tooBig
  }

  /// Writes a small file whole: beside its place, to the disk, then into its place.
  package func write(_ name: String, _ bytes: [UInt8]) throws(Errno) {
    let temporary = ".\(name).\(Process.identifier).new"
    do throws(Errno) {
      let file = try open(Array(temporary.utf8), O_WRONLY | O_CREAT | O_TRUNC)
      try file.setPermissions(0o644)
      try file.append(bytes[...])
      try file.sync()
      try rename(temporary, to: self, as: name, .replacing)
    } catch {
      try? remove(temporary)
      throw error
    }
  }

  /// Opens a folder in this one, and follows no link.
  package func folder(named name: String) throws(Errno) -> OpenFolder {
    OpenFolder(try open(Array(name.utf8), O_RDONLY | O_DIRECTORY))
  }

  /// Moves what has a name to another folder of the same file system.
  package func rename(
    _ name: String, to folder: OpenFolder, as newName: String, _ how: Renaming
  ) throws(Errno) {
    let flags: UInt32 =
      switch how {
      case .replacing: 0
      case .onlyIfFree: CLINUX_RENAME_NOREPLACE
      case .exchanging: CLINUX_RENAME_EXCHANGE
      }
    try unsafe both(name, folder, newName) { unsafe clinux_rename($0, $1, $2, $3, flags) }
  }

  /// Gives a file a second name.
  package func link(
    _ name: String, into folder: OpenFolder, as newName: String
  ) throws(Errno) {
    try unsafe both(name, folder, newName) { unsafe linkat($0, $1, $2, $3, 0) }
  }

  /// Makes a symbolic link, or swings the one that is there, in one step.
  ///
  /// - Throws: ``Errno/fileExists`` where something else than a link stands there.
  package func setLink(_ name: String, to target: String) throws(Errno) {
    if let there = try? status(name), there.kind != .link { throw .fileExists }
    let temporary = ".\(name).\(Process.identifier).link"
    try? remove(temporary)
    try unsafe call(Array(temporary.utf8)) { (number, temporary) in
      unsafe symlinkat(target, number, temporary)
    }
    do throws(Errno) {
      try rename(temporary, to: self, as: name, .replacing)
    } catch {
      try? remove(temporary)
      throw error
    }
  }

  /// Removes a file or a link.
  package func remove(_ name: String) throws(Errno) { try remove(Array(name.utf8), flags: 0) }

  /// Removes a folder that is empty.
  package func removeFolder(_ name: String) throws(Errno) {
    try remove(Array(name.utf8), flags: AT_REMOVEDIR)
  }

  /// Sets the folder's own mode, whatever the umask says.
  package func setPermissions(_ mode: UInt16) throws(Errno) {
    try descriptor.setPermissions(mode)
  }

  /// Removes whatever has the name, with all that is in it; no link is followed.
  package func removeAll(_ name: String) throws(Errno) { try removeAll(bytes: Array(name.utf8)) }

  private func removeAll(bytes name: [UInt8]) throws(Errno) {
    do throws(Errno) {
      return try remove(name, flags: 0)
    } catch {
      guard error == .isADirectory || error == .notPermitted else { throw error }
    }
    let inner = OpenFolder(try open(name, O_RDONLY | O_DIRECTORY))
    for entry in try inner.contents() { try inner.removeAll(bytes: entry.name) }
    try remove(name, flags: AT_REMOVEDIR)
  }

  private func remove(_ name: [UInt8], flags: CInt) throws(Errno) {
    try unsafe call(name) { unsafe unlinkat($0, $1, flags) }
  }

  /// Bytes of all files in it, at any depth; what cannot be read counts nothing.
  package var totalBytes: Int64 {
    ((try? contents()) ?? []).reduce(0) { sum, entry in
      guard case .success(let status) = entry.status else { return sum }
      switch status.kind {
      case .regular: return sum + status.size
      case .directory:
        let inner = try? OpenFolder(open(entry.name, O_RDONLY | O_DIRECTORY))
        return sum + (inner?.totalBytes ?? 0)
      case .link, .other: return sum
      }
    }
  }

  /// Holds a file's lock until the result goes, which a process' death does too.
  ///
  /// - Returns: `nil` when another process, or another part of this one, holds it.
  package func lock(_ name: String) throws(Errno) -> SharedDescriptor? {
    let file = try open(Array(name.utf8), O_RDWR | O_CREAT | O_NONBLOCK)
    guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
      if Errno.last == .wouldBlock { return nil }
      throw .last
    }
    // Who held it before may have removed it, and what we hold has no name.
    guard let there = try? status(name), there.inode == (try file.status().inode) else {
      return nil
    }
    return SharedDescriptor(file)
  }

  private func both(
    _ name: String, _ folder: OpenFolder, _ newName: String,
    _ body: (CInt, UnsafePointer<CChar>, CInt, UnsafePointer<CChar>) -> CInt
  ) throws(Errno) {
    var failure: Errno?
    try unsafe call(Array(name.utf8)) { (from, name) -> CInt in
      do throws(Errno) {
        return try unsafe folder.call(Array(newName.utf8)) { (to, newName) in
          unsafe body(from, name, to, newName)
        }
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
  }
}

extension FileDescriptor {
  /// Writes all of the bytes behind what has been written, and waits as long as that takes.
  package func append(_ bytes: ArraySlice<UInt8>) throws(Errno) {
    var rest = bytes
    while !rest.isEmpty {
      let number = number
      let count = try retrying { [rest] () -> Int in
        unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Tells the kernel that the file is read from its start to its end.
  package func expectSequentialReading() {
    _ = posix_fadvise(number, 0, 0, CInt(POSIX_FADV_SEQUENTIAL))
  }

  /// Another descriptor of the same open file.
  package func duplicate() throws(Errno) -> FileDescriptor {
    let number = number
    return FileDescriptor(owning: try retrying { fcntl(number, F_DUPFD_CLOEXEC, 0) })
  }

  /// Cuts the file to a length; what is written next follows it.
  package func cut(to length: Int64) throws(Errno) {
    let number = number
    _ = try retrying { ftruncate(number, off_t(length)) }
    _ = try retrying { lseek(number, off_t(length), SEEK_SET) }
  }
}

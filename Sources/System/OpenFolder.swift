// System: a folder that is held open, and the names in it.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Text

/// A folder that is held open; every call names one entry in it, and follows no link.
///
/// A name is one segment: a slash, `.`, `..`, a NUL and more than 255 bytes are ``Errno/invalid``.
/// Folders are made with mode 0755 and files with 0644, whatever the umask says.
package final class OpenFolder: Sendable {
  let descriptor: FileDescriptor

  /// Opens a folder by its path, links followed.
  package init(path: String) throws(Errno) {
    descriptor = FileDescriptor(
      owning: try retrying {
        unsafe Glibc.openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      })
  }

  init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

  /// Opens a folder beneath this one; links on the way are followed as long as they stay beneath.
  ///
  /// Where the kernel cannot tell (no openat2(2)), no link is followed.
  ///
  /// - Parameter makes: whether what is missing is made.
  /// - Throws: ``Errno/crossDevice`` where a link leads out.
  package func folder(_ path: RelativePath, makes: Bool = false) throws(Errno) -> OpenFolder {
    var (here, reached): (OpenFolder, [UInt8]) = (self, [])
    for name in path.bytes.split(separator: UInt8(ascii: "/")) {
      reached += (reached.isEmpty ? [] : [0x2f]) + name
      let known = here
      do throws(Errno) {
        here = try beneath(reached, after: known, name: Array(name))
      } catch {
        guard makes, error == .noEntry else { throw error }
        here = try known.makeFolder(bytes: Array(name))
      }
    }
    return here
  }

  private func beneath(
    _ path: [UInt8], after folder: OpenFolder, name: [UInt8]
  ) throws(Errno) -> OpenFolder {
    let flags = O_RDONLY | O_DIRECTORY
    do throws(Errno) {
      return OpenFolder(
        try OpenAt.beneath(descriptor.number, path + [0], flags, waiting: true))
    } catch {
      guard error == .noSystemCall || error == .notPermitted else { throw error }
      return OpenFolder(try folder.open(name, flags | O_NOFOLLOW))
    }
  }

  /// Makes a folder; one that is there is opened.
  package func makeFolder(_ name: String) throws(Errno) -> OpenFolder {
    try makeFolder(bytes: Array(name.utf8))
  }

  private func makeFolder(bytes name: [UInt8]) throws(Errno) -> OpenFolder {
    var isNew = true
    do throws(Errno) {
      try unsafe call(name) { unsafe mkdirat($0, $1, 0o755) }
    } catch {
      guard error == .fileExists else { throw error }
      isNew = false
    }
    let made = try open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    if isNew { try made.setPermissions(0o755) }
    return OpenFolder(made)
  }

  /// What is in it, by name.
  package func contents() throws(Errno) -> [DirectoryStatus] {
    let opened = OpenedFile(
      descriptor: try open([0x2e], O_RDONLY | O_DIRECTORY), status: try descriptor.status())
    return try opened.statuses().sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// What a name names: of a link the link itself.
  package func status(_ name: String) throws(Errno) -> FileStatus {
    var raw = stat()
    try unsafe call(Array(name.utf8)) { unsafe fstatat($0, $1, &raw, AT_SYMLINK_NOFOLLOW) }
    return FileStatus(raw)
  }

  /// What the open folder itself is.
  package func status() throws(Errno) -> FileStatus { try descriptor.status() }

  /// Where a link points to, as it is written.
  package func target(ofLink name: String) throws(Errno) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = try unsafe call(Array(name.utf8)) {
      unsafe readlinkat($0, $1, &buffer, buffer.count)
    }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Bytes that an ordinary user may still write there.
  package var freeBytes: Int64 {
    var raw = statvfs()
    guard unsafe fstatvfs(descriptor.number, &raw) == 0 else { return .max }
    let (bytes, isMore) = Int64(raw.f_bavail).multipliedReportingOverflow(by: Int64(raw.f_frsize))
    return isMore ? .max : bytes
  }

  /// Has its names reach the disk; file systems that cannot flush a folder have nothing to flush.
  package func sync() throws(Errno) {
    do throws(Errno) {
      try descriptor.sync()
    } catch {
      guard error == .invalid || error == .notSupported else { throw error }
    }
  }

  /// Opens one name, and follows no link.
  func open(_ name: [UInt8], _ flags: CInt) throws(Errno) -> FileDescriptor {
    if name == [0x2e] {
      return try OpenAt.name(descriptor.number, [0x2e, 0], flags, waiting: true)
    }
    return FileDescriptor(
      owning: try unsafe call(name) {
        unsafe Glibc.openat($0, $1, flags | O_NOFOLLOW | O_CLOEXEC, 0o644)
      })
  }

  /// Calls with this folder's number and a name that has been checked.
  @discardableResult
  func call<Result: SignedInteger>(
    _ name: [UInt8], _ body: (CInt, UnsafePointer<CChar>) -> Result
  ) throws(Errno) -> Result {
    guard !name.isEmpty, name.count <= 255, name != [0x2e], name != [0x2e, 0x2e],
      !name.contains(0x2f), !name.contains(0)
    else { throw .invalid }
    let number = descriptor.number
    return try unsafe retrying(path: name + [0]) { unsafe body(number, $0) }
  }
}

extension FileDescriptor {
  /// Sets the file's mode, whatever the umask says; one that has it already is not touched.
  package func setPermissions(_ mode: UInt16) throws(Errno) {
    if try status().permissions == mode { return }
    let number = number
    _ = try retrying { fchmod(number, mode_t(mode)) }
  }
}

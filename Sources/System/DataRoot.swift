// System: opening files beneath one directory and nowhere else.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Text

/// A directory that everything served lies beneath.
///
/// Links are followed as long as they stay inside, absolute ones too. The directory is looked up
/// by its path again when that path names another one: renamed away, nothing is found; put back,
/// or a link switched to a new release, the next call finds what is there.
package final class DataRoot: Sendable {
  /// As it was configured.
  package let path: String
  private let handle: Mutex<Handle?>
  /// Devices whose file systems tell what is in memory and what is not.
  private let transparent = Mutex<Set<UInt64>>([])
  /// Real paths of directories inside that are not to be served.
  private let excluded = Mutex<[[UInt8]]>([])

  final class Handle: Sendable {
    let descriptor: FileDescriptor
    let device: UInt64
    let inode: UInt64
    /// The directory's path without links, to recognise absolute links into it.
    let realPath: [UInt8]

    init(path: String) throws(Errno) {
      descriptor = FileDescriptor(
        owning: try retrying {
          unsafe Glibc.openat(AT_FDCWD, path, CLINUX_O_PATH | O_DIRECTORY | O_CLOEXEC)
        })
      let status = try descriptor.status()
      device = status.device
      inode = status.inode
      if let real = unsafe realpath(path, nil) {
        realPath = unsafe Array(String(cString: real).utf8)
        unsafe free(real)
      } else {
        realPath = Array(path.utf8)
      }
    }
  }

  package init(path: String) {
    self.path = path
    handle = Mutex(nil)
  }

  /// Opens a regular file or a directory for reading.
  ///
  /// - Parameter waiting: `false` gives up with ``OpenFailure/wouldBlock`` where the file system is
  ///   not known for telling whether it would wait: on FUSE even open(2) waits for reads in flight.
  package func open(_ path: RelativePath, waiting: Bool) throws(OpenFailure) -> OpenedFile {
    let opened = try openAnywhere(path, waiting: waiting)
    guard !isExcluded(opened.descriptor) else { throw .missing }
    return opened
  }

  /// From now on nothing in this directory is found, by whatever link one comes there.
  package func exclude(realPath: [UInt8]) {
    excluded.withLock { $0.append(realPath) }
  }

  private func isExcluded(_ descriptor: borrowing FileDescriptor) -> Bool {
    let excluded = excluded.withLock { $0 }
    if excluded.isEmpty { return false }
    var real = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let name = "/proc/self/fd/\(descriptor.number)"
    let length = unsafe real.withUnsafeMutableBytes { bytes in
      unsafe readlink(
        name, bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    let path = real.prefix(max(length, 0))
    return excluded.contains {
      path.starts(with: $0) && (path.count == $0.count || path[$0.count] == UInt8(ascii: "/"))
    }
  }

  private func openAnywhere(
    _ path: RelativePath, waiting: Bool
  ) throws(OpenFailure) -> OpenedFile {
    do {
      return try openBeneath(path, waiting: waiting)
    } catch {
      guard Self.needsWalk(error) else { throw error }
      var walk = LinkWalk(root: try root(), rootPath: Array(self.path.utf8), path: path)
      return try walk.open { (status) throws(Errno) in
        try self.readingFlags(for: status, waiting: waiting)
      }
    }
  }

  /// What a path names now, without opening it; what lies outside is not there.
  package func status(of path: RelativePath) throws(OpenFailure) -> FileStatus {
    let root = try root()
    do throws(Errno) {
      return try Self.openat2(root.descriptor.number, path.bytes + [0], CLINUX_O_PATH).status()
    } catch {
      guard Self.needsWalk(OpenFailure(error)) else { throw OpenFailure(error) }
    }
    return try open(path, waiting: true).status
  }

  /// Whether a link is absolute or leaves, or there is no openat2 here: then one component at a time
  /// is taken.
  private static func needsWalk(_ failure: OpenFailure) -> Bool {
    failure == .failed(.crossDevice) || failure == .failed(.noSystemCall) || failure == .denied
  }

  /// Whether reads on this device can be known not to wait.
  package func isTransparent(_ device: UInt64) -> Bool {
    transparent.withLock { $0.contains(device) }
  }

  /// Finds out whether a file's device is transparent, and remembers it.
  package func noteTransparency(of file: borrowing OpenedFile) -> Bool {
    guard file.descriptor.tellsResidency else { return false }
    let device = file.status.device
    _ = transparent.withLock { $0.insert(device) }
    return true
  }

  /// A path's bytes for the kernel: absolute where the root is, ending with NUL.
  package func absolutePath(_ path: RelativePath) -> [UInt8] {
    Array(self.path.utf8) + [UInt8(ascii: "/")] + path.bytes + [0]
  }

  /// Whether the directory itself can be opened and read now.
  package func check() throws(Errno) {
    _ = try Handle(path: path)
    _ = FileDescriptor(
      owning: try retrying {
        unsafe Glibc.openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      })
  }

  private func root() throws(OpenFailure) -> Handle {
    let now: FileStatus
    do { now = try FileStatus.of(path: path) } catch { throw OpenFailure(error) }
    return try handle.withLock { (current) throws(OpenFailure) -> Handle in
      if let current, current.device == now.device, current.inode == now.inode { return current }
      do throws(Errno) {
        let fresh = try Handle(path: path)
        current = fresh
        return fresh
      } catch {
        throw OpenFailure(error)
      }
    }
  }

  private func openBeneath(_ path: RelativePath, waiting: Bool) throws(OpenFailure) -> OpenedFile {
    let root = try root()
    let name = path.bytes + [0]
    do throws(Errno) {
      let (seen, isThroughLink) = try Self.seen(root.descriptor.number, name)
      let flags = try readingFlags(for: seen, waiting: waiting)
      let descriptor = try Self.openat2(root.descriptor.number, name, flags)
      let status = try descriptor.status()
      guard status.kind == .regular || status.kind == .directory else { throw .invalid }
      return OpenedFile(descriptor: descriptor, status: status, isThroughLink: isThroughLink)
    } catch {
      throw error == .invalid ? .special : OpenFailure(error)
    }
  }

  /// What to open a regular file or a directory with; anything else is never opened.
  private func readingFlags(for status: FileStatus, waiting: Bool) throws(Errno) -> CInt {
    if !waiting, status.kind != .other, !isTransparent(status.device) { throw .wouldBlock }
    return switch status.kind {
    // Non-blocking, an open gives up where it would wait for a lease of another program.
    case .regular: O_RDONLY | O_NOCTTY | (waiting ? 0 : O_NONBLOCK)
    case .directory: O_RDONLY | O_DIRECTORY
    case .link, .other: throw .invalid
    }
  }

  /// What a name names, and whether a link leads there.
  private static func seen(
    _ directory: CInt, _ nulTerminated: [UInt8]
  ) throws(Errno) -> (FileStatus, isThroughLink: Bool) {
    do throws(Errno) {
      let seen = try openat2(
        directory, nulTerminated, CLINUX_O_PATH, also: CLINUX_RESOLVE_NO_SYMLINKS)
      return (try seen.status(), false)
    } catch {
      guard error == .tooManyLinks else { throw error }
      return (try openat2(directory, nulTerminated, CLINUX_O_PATH).status(), true)
    }
  }

  private static func openat2(
    _ directory: CInt, _ nulTerminated: [UInt8], _ flags: CInt, also more: UInt64 = 0
  ) throws(Errno) -> FileDescriptor {
    let resolve = CLINUX_RESOLVE_BENEATH | CLINUX_RESOLVE_NO_MAGICLINKS | more
    return FileDescriptor(
      owning: try unsafe retrying(path: nulTerminated) {
        unsafe clinux_openat2(directory, $0, UInt64(flags | O_CLOEXEC), resolve)
      })
  }
}

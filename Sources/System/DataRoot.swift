// System: opening files beneath one directory and nowhere else.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Text

/// A directory that everything served lies beneath, and those that links in it may lead to.
///
/// Links are followed as long as they end inside, absolute ones too.
package final class DataRoot: Sendable {
  /// As it was configured.
  package var path: String { roots[0].path }
  /// The data directory, and behind it the others.
  private let roots: [ServedDirectory]
  /// Devices whose file systems tell what is in memory and what is not.
  private let transparent = Mutex<Set<UInt64>>([])
  private let hidden = HiddenPlaces()

  /// - Parameter others: directories outside it that links may lead to.
  package init(path: String, others: [String] = []) {
    roots = ([path] + others).map { ServedDirectory(path: $0) }
  }

  /// From now on nothing in the directory at that path is found, by whatever link one comes there.
  package func hide(_ path: String) { hidden.add(path) }

  /// Opens a regular file or a directory for reading.
  ///
  /// - Parameter waiting: `false` gives up with ``OpenFailure/wouldBlock`` where the file system is
  ///   not known for telling whether it would wait: on FUSE even open(2) waits for reads in flight.
  package func open(_ path: RelativePath, waiting: Bool) throws(OpenFailure) -> OpenedFile {
    do throws(OpenFailure) {
      let opened = try openBeneath(path, waiting: waiting)
      guard try !isHidden(path, opened.status, waiting: waiting) else { throw .missing }
      return opened
    } catch {
      guard Self.needsWalk(error) else { throw error }
      var walk = try LinkWalk(path, beneath: roots, hidden: hidden, waiting: waiting)
      return try walk.open { (status) throws(Errno) in
        try self.readingFlags(for: status, waiting: waiting)
      }
    }
  }

  /// What a path names now, without opening it; what lies outside is not there.
  ///
  /// - Parameter waiting: `false` gives up with ``OpenFailure/wouldBlock`` where a disk, or a file server,
  ///   would have to be asked.
  package func status(of path: RelativePath, waiting: Bool) throws(OpenFailure) -> FileStatus {
    let root = try roots[0].current(waiting: waiting)
    do throws(Errno) {
      return try OpenAt.beneath(
        root.descriptor.number, path.bytes + [0], CLINUX_O_PATH, waiting: waiting
      ).status()
    } catch {
      guard Self.needsWalk(OpenFailure(error)) else { throw OpenFailure(error) }
    }
    var walk = try LinkWalk(path, beneath: roots, hidden: hidden, waiting: waiting)
    return try walk.open { _ in CLINUX_O_PATH }.status
  }

  /// What a link names, as it stands in the link.
  ///
  /// - Parameter waiting: as of ``status(of:waiting:)``.
  /// - Returns: `nil` where there is no link.
  package func target(ofLink path: RelativePath, waiting: Bool) throws(OpenFailure) -> [UInt8]? {
    guard let name = LinkWalk.names(path.bytes).last else { return nil }
    let root = try roots[0].current(waiting: waiting)
    do throws(Errno) {
      guard let parent = path.parent else {
        return try Self.target(root.descriptor.number, name, waiting: waiting)
      }
      let folder = try OpenAt.beneath(
        root.descriptor.number, parent.bytes + [0], CLINUX_O_PATH, waiting: waiting)
      return try Self.target(folder.number, name, waiting: waiting)
    } catch {
      guard Self.needsWalk(OpenFailure(error)), let parent = path.parent else {
        throw OpenFailure(error)
      }
      var walk = try LinkWalk(parent, beneath: roots, hidden: hidden, waiting: waiting)
      let folder = try walk.open { _ in CLINUX_O_PATH }
      do throws(Errno) {
        return try Self.target(folder.descriptor.number, name, waiting: waiting)
      } catch {
        throw OpenFailure(error)
      }
    }
  }

  private static func target(
    _ folder: CInt, _ name: [UInt8], waiting: Bool
  ) throws(Errno) -> [UInt8]? {
    let seen = try OpenAt.name(folder, name + [0], CLINUX_O_PATH | O_NOFOLLOW, waiting: waiting)
    return try seen.status().kind == .link ? LinkWalk.target(of: seen) : nil
  }

  /// Whether a name is there, also as a link that leads nowhere.
  package func hasName(_ path: RelativePath) -> Bool {
    guard let root = try? roots[0].current(waiting: true) else { return false }
    let seen = try? OpenAt.beneath(
      root.descriptor.number, path.bytes + [0], CLINUX_O_PATH | O_NOFOLLOW, waiting: true)
    return seen != nil
  }

  /// Whether a file that no link leads to lies in a hidden place.
  private func isHidden(
    _ path: RelativePath, _ status: FileStatus, waiting: Bool
  ) throws(OpenFailure) -> Bool {
    let names = LinkWalk.names(path.bytes)
    if names.contains(where: HiddenPlaces.isHidden) { return true }
    if hidden.isEmpty { return false }
    if status.kind == .directory, hidden.contain(status) { return true }
    let root = try roots[0].current(waiting: waiting)
    for count in names.indices.dropFirst() {
      let folder = Array(names[..<count].joined(separator: [UInt8(ascii: "/")]))
      do throws(Errno) {
        let seen = try OpenAt.beneath(
          root.descriptor.number, folder + [0], CLINUX_O_PATH, waiting: waiting)
        if hidden.contain(try seen.status()) { return true }
      } catch {
        throw OpenFailure(error)
      }
    }
    return false
  }

  /// Whether a link is absolute or leaves, or there is no openat2 here: then one component at a time
  /// is taken.
  private static func needsWalk(_ failure: OpenFailure) -> Bool {
    failure == .failed(.crossDevice) || failure == .failed(.noSystemCall) || failure == .denied
  }

  /// Whether a file server, or a program, has to be asked for the directory itself.
  package var isRemote: Bool { (try? roots[0].current(waiting: false)) == nil }

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
    _ = try ServedDirectory.Handle(path: path)
    _ = FileDescriptor(
      owning: try retrying {
        unsafe Glibc.openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      })
  }

  private func openBeneath(_ path: RelativePath, waiting: Bool) throws(OpenFailure) -> OpenedFile {
    let root = try roots[0].current(waiting: waiting)
    let name = path.bytes + [0]
    do throws(Errno) {
      let (seen, isThroughLink) = try Self.seen(root.descriptor.number, name, waiting: waiting)
      // Whether a link leads to a hidden place only a walk can tell.
      if isThroughLink, !hidden.isEmpty { throw .crossDevice }
      let flags = try readingFlags(for: seen, waiting: waiting)
      let descriptor = try OpenAt.beneath(
        root.descriptor.number, name, flags, waiting: waiting)
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
    _ directory: CInt, _ nulTerminated: [UInt8], waiting: Bool
  ) throws(Errno) -> (FileStatus, isThroughLink: Bool) {
    do throws(Errno) {
      let seen = try OpenAt.beneath(
        directory, nulTerminated, CLINUX_O_PATH, also: CLINUX_RESOLVE_NO_SYMLINKS, waiting: waiting)
      return (try seen.status(), false)
    } catch {
      guard error == .tooManyLinks else { throw error }
      let seen = try OpenAt.beneath(directory, nulTerminated, CLINUX_O_PATH, waiting: waiting)
      return (try seen.status(), true)
    }
  }
}

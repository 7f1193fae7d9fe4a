// System: a directory that is looked up by its path again and again.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A directory that files are looked for beneath.
///
/// It is looked up by its path again when that path names another one: renamed away, nothing is found; put
/// back, or a link switched to a new release, the next call finds what is there.
final class ServedDirectory: Sendable {
  /// As it was configured.
  let path: String
  private let opened = Mutex<Handle?>(nil)

  final class Handle: Sendable {
    let descriptor: FileDescriptor
    let device: UInt64
    let inode: UInt64
    /// The names in the directory's path without links, to recognise links into it.
    let realNames: [[UInt8]]
    /// Whether a file server, or a program, has to be asked for it.
    let isRemote: Bool

    init(path: String) throws(Errno) {
      descriptor = FileDescriptor(
        owning: try retrying {
          unsafe Glibc.openat(AT_FDCWD, path, CLINUX_O_PATH | O_DIRECTORY | O_CLOEXEC)
        })
      let status = try descriptor.status()
      device = status.device
      inode = status.inode
      isRemote = descriptor.sharedFileSystem != nil
      realNames = LinkWalk.names(Array(RealPath.of(path).utf8))
    }
  }

  init(path: String) { self.path = path }

  /// The directory that the path names now.
  ///
  /// - Parameter waiting: `false` gives up with ``OpenFailure/wouldBlock`` where even that may wait.
  func current(waiting: Bool) throws(OpenFailure) -> Handle {
    if !waiting, opened.withLock({ $0?.isRemote ?? true }) { throw .wouldBlock }
    let now: FileStatus
    do { now = try FileStatus.of(path: path) } catch { throw OpenFailure(error) }
    return try opened.withLock { (current) throws(OpenFailure) -> Handle in
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

  /// The directory, where these names lead to it from `/`: as it was configured, or without links.
  func handle(at names: [[UInt8]], waiting: Bool) throws(Errno) -> Handle? {
    let handle: Handle
    do throws(OpenFailure) {
      handle = try current(waiting: waiting)
    } catch {
      if error == .wouldBlock { throw .wouldBlock }
      return nil
    }
    let isNamed = path.hasPrefix("/") && LinkWalk.names(Array(path.utf8)) == names
    return isNamed || handle.realNames == names ? handle : nil
  }
}

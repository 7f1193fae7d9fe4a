// System: following a path one component at a time.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Text

/// A path being followed beneath a root, link by link.
///
/// Does what `openat2(RESOLVE_BENEATH)` does, and two things it does not: an absolute link into the
/// root is followed, and a link that leaves is named.
struct LinkWalk {
  private let root: DataRoot.Handle
  private let rootPath: [UInt8]
  /// The directories entered so far, beneath the root.
  private var entered: [Directory] = []
  /// Components still to follow, the next one last.
  private var pending: [[UInt8]]
  private var linksLeft = Self.maxLinks
  private static let maxLinks = 40
  /// The last link followed, for the message.
  private var link: (name: [UInt8], target: [UInt8]) = ([], [])

  private final class Directory {
    let descriptor: FileDescriptor
    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
  }

  init(root: DataRoot.Handle, rootPath: [UInt8], path: RelativePath) {
    self.root = root
    self.rootPath = rootPath
    pending = Self.components(path.bytes)
  }

  /// - Parameter readingFlags: what to open a file of this status with, or why not to.
  mutating func open(
    _ readingFlags: (FileStatus) throws(Errno) -> CInt
  ) throws(OpenFailure) -> OpenedFile {
    while let name = pending.popLast() {
      if name == [0x2e] { continue }
      if name == [0x2e, 0x2e] {
        if entered.popLast() == nil { throw leaving }
        continue
      }
      do throws(Errno) {
        let seen = try openat(name, CLINUX_O_PATH)
        let status = try seen.status()
        switch status.kind {
        case .link:
          let target = try Self.target(of: seen)
          guard try follow(name, to: target) else { throw .crossDevice }
        case .directory where !pending.isEmpty:
          entered.append(Directory(seen))
        case .directory, .regular, .other:
          guard pending.allSatisfy({ $0 == [0x2e] }) else { throw .notADirectory }
          let descriptor = try openat(name, readingFlags(status))
          let opened = try descriptor.status()
          guard opened.inode == status.inode, opened.device == status.device else {
            throw .noEntry
          }
          return OpenedFile(
            descriptor: descriptor, status: opened, isThroughLink: linksLeft < Self.maxLinks)
        }
      } catch {
        switch error {
        case .crossDevice: throw leaving
        case .invalid: throw .special
        default: throw OpenFailure(error)
        }
      }
    }
    // The path, after its links, names a directory that was entered on the way, or the root.
    return try reopenLast()
  }

  private var leaving: OpenFailure {
    .leaves(
      link: String(decoding: link.name, as: UTF8.self),
      target: String(decoding: link.target, as: UTF8.self))
  }

  private func reopenLast() throws(OpenFailure) -> OpenedFile {
    do throws(Errno) {
      let descriptor = try openat([0x2e], O_RDONLY | O_DIRECTORY)
      let status = try descriptor.status()
      return OpenedFile(
        descriptor: descriptor, status: status, isThroughLink: linksLeft < Self.maxLinks)
    } catch {
      throw OpenFailure(error)
    }
  }

  /// Puts a link's target in front of what is still to follow.
  ///
  /// - Returns: whether the target can lie inside.
  private mutating func follow(_ name: [UInt8], to target: [UInt8]) throws(Errno) -> Bool {
    linksLeft -= 1
    guard linksLeft >= 0 else { throw .tooManyLinks }
    link = (name, target)
    guard target.first == UInt8(ascii: "/") else {
      pending += Self.components(target)
      return true
    }
    for front in [root.realPath, rootPath] {
      var front = front[...]
      while front.last == UInt8(ascii: "/") { front.removeLast() }
      guard target.starts(with: front),
        target.count == front.count || target[front.count] == UInt8(ascii: "/")
      else { continue }
      entered.removeAll()
      pending += Self.components(Array(target[front.count...]))
      return true
    }
    return false
  }

  private func openat(_ name: [UInt8], _ flags: CInt) throws(Errno) -> FileDescriptor {
    let directory = entered.last?.descriptor.number ?? root.descriptor.number
    return FileDescriptor(
      owning: try unsafe retrying(path: name + [0]) {
        unsafe Glibc.openat(directory, $0, flags | O_NOFOLLOW | O_CLOEXEC)
      })
  }

  private static func target(of link: borrowing FileDescriptor) throws(Errno) -> [UInt8] {
    let number = link.number
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = try retrying { unsafe readlinkat(number, "", &buffer, buffer.count) }
    return buffer[..<count].map(UInt8.init(bitPattern:))
  }

  /// The components of a path, last one first.
  private static func components(_ path: [UInt8]) -> [[UInt8]] {
    path.split(separator: UInt8(ascii: "/")).map(Array.init).reversed()
  }
}

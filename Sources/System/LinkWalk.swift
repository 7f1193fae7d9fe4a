// System: following a path one component at a time.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Text

/// A path being followed beneath a root, link by link.
///
/// Does what `openat2(RESOLVE_BENEATH)` does, and what it does not: a link that goes out and comes in again,
/// by an absolute path or by `..`, is followed, into any of the roots; one that leaves is named; nothing in
/// a hidden place is found.
struct LinkWalk {
  private let roots: [ServedDirectory]
  private let hidden: HiddenPlaces
  private let waiting: Bool
  private var root: ServedDirectory.Handle
  /// The directories entered so far, beneath the root.
  private var entered: [Directory] = []
  /// The names from `/` on while a link's target is outside all roots: nothing there is looked at.
  private var outside: [[UInt8]]?
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

  /// - Parameters:
  ///   - roots: the first of them is where the path begins.
  ///   - waiting: `false` gives up with ``OpenFailure/wouldBlock`` where a disk would have to be asked.
  init(
    _ path: RelativePath, beneath roots: [ServedDirectory], hidden: HiddenPlaces, waiting: Bool
  ) throws(OpenFailure) {
    self.roots = roots
    self.hidden = hidden
    self.waiting = waiting
    root = try roots[0].current(waiting: waiting)
    pending = Self.names(path.bytes).reversed()
  }

  /// - Parameter readingFlags: what to open a file of this status with, or why not to.
  mutating func open(
    _ readingFlags: (FileStatus) throws(Errno) -> CInt
  ) throws(OpenFailure) -> OpenedFile {
    while let name = pending.popLast() {
      if name == [0x2e] { continue }
      do throws(Errno) {
        if outside != nil || name == [0x2e, 0x2e] {
          try step(name)
          continue
        }
        let seen = try openat(name, CLINUX_O_PATH)
        let status = try seen.status()
        if HiddenPlaces.isHidden(name) { throw .noEntry }
        switch status.kind {
        case .link:
          let target = try Self.target(of: seen)
          try follow(name, to: target)
        case .directory where !pending.isEmpty:
          if hidden.contain(status) { throw .noEntry }
          entered.append(Directory(seen))
        case .directory, .regular, .other:
          guard pending.allSatisfy({ $0 == [0x2e] }) else { throw .notADirectory }
          if hidden.contain(status) { throw .noEntry }
          let descriptor = try openat(name, readingFlags(status))
          let opened = try descriptor.status()
          guard opened.inode == status.inode, opened.device == status.device else {
            throw .noEntry
          }
          return OpenedFile(
            descriptor: descriptor, status: opened, isThroughLink: linksLeft < Self.maxLinks)
        }
      } catch {
        throw error == .invalid ? .special : OpenFailure(error)
      }
    }
    if outside != nil { throw leaving }
    // The path, after its links, names a directory that was entered on the way, or a root.
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
      if hidden.contain(status) { throw .noEntry }
      return OpenedFile(
        descriptor: descriptor, status: status, isThroughLink: linksLeft < Self.maxLinks)
    } catch {
      throw OpenFailure(error)
    }
  }

  /// One step up, or one outside, where a root may begin.
  private mutating func step(_ name: [UInt8]) throws(Errno) {
    if outside == nil, entered.popLast() != nil { return }
    var names = outside ?? root.realNames
    if name == [0x2e, 0x2e] { _ = names.popLast() } else { names.append(name) }
    try comeIn(names)
  }

  private mutating func comeIn(_ names: [[UInt8]]) throws(Errno) {
    for place in roots {
      guard let handle = try place.handle(at: names, waiting: waiting) else { continue }
      (root, entered, outside) = (handle, [], nil)
      return
    }
    outside = names
  }

  /// Puts a link's target in front of what is still to follow.
  private mutating func follow(_ name: [UInt8], to target: [UInt8]) throws(Errno) {
    linksLeft -= 1
    guard linksLeft >= 0 else { throw .tooManyLinks }
    link = (name, target)
    if target.first == UInt8(ascii: "/") { try comeIn([]) }
    pending += Self.names(target).reversed()
  }

  private func openat(_ name: [UInt8], _ flags: CInt) throws(Errno) -> FileDescriptor {
    let directory = entered.last?.descriptor.number ?? root.descriptor.number
    return try OpenAt.name(directory, name + [0], flags | O_NOFOLLOW, waiting: waiting)
  }

  static func target(of link: borrowing FileDescriptor) throws(Errno) -> [UInt8] {
    let number = link.number
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = try retrying { unsafe readlinkat(number, "", &buffer, buffer.count) }
    return buffer[..<count].map(UInt8.init(bitPattern:))
  }

  /// The components of a path.
  static func names(_ path: [UInt8]) -> [[UInt8]] {
    path.split(separator: UInt8(ascii: "/")).map(Array.init)
  }
}

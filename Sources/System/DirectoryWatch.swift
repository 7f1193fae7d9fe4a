// System: inotify(7), for one directory.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Notices what happens to the files of one directory; asking waits for nobody.
package final class DirectoryWatch: Sendable {
  /// What happened; names are without their directory.
  package enum Change: Equatable, Sendable {
    /// A file was written to, in its place.
    case content(String)
    /// A name came, went or changed hands, or what is known of its file changed.
    case entry(String)
    /// More happened than can be told, or the directory itself changed hands.
    case unknown
  }

  private let descriptor: FileDescriptor
  private static let content = UInt32(IN_MODIFY | IN_CLOSE_WRITE)
  private static let entry = UInt32(
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB)
  private static let itself = UInt32(IN_DELETE_SELF | IN_MOVE_SELF)

  /// Watches from now on; `Errno` where there is no such directory, or too many watches (ENOSPC).
  package init(path: String) throws(Errno) {
    descriptor = FileDescriptor(
      owning: try retrying { inotify_init1(CInt(IN_CLOEXEC | IN_NONBLOCK)) })
    let number = descriptor.number
    let wanted = Self.content | Self.entry | Self.itself | UInt32(IN_ONLYDIR)
    _ = try retrying { unsafe inotify_add_watch(number, path, wanted) }
  }

  /// What happened since the last call, in order; by one thread at a time.
  ///
  /// - Returns: `isOver` when the directory is watched no longer.
  package func drain() -> (changes: [Change], isOver: Bool) {
    var changes: [Change] = []
    var isOver = false
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while let count = try? descriptor.read(into: &buffer), count > 0 {
      var position = 0
      while position + 16 <= count {
        let mask = Self.number(buffer, position + 4)
        let length = Int(Self.number(buffer, position + 12))
        let name = buffer[(position + 16)..<min(position + 16 + length, count)].prefix { $0 != 0 }
        position += 16 + length
        if mask & UInt32(IN_Q_OVERFLOW) != 0 { changes.append(.unknown) }
        if mask & (Self.itself | UInt32(IN_IGNORED) | UInt32(IN_UNMOUNT)) != 0 {
          changes.append(.unknown)
          isOver = true
        }
        if name.isEmpty { continue }
        let text = String(decoding: name, as: UTF8.self)
        if mask & Self.content != 0 { changes.append(.content(text)) }
        if mask & Self.entry != 0 { changes.append(.entry(text)) }
      }
      if count < buffer.count / 2 { break }
    }
    return (changes, isOver)
  }

  /// In the processor's own order, as the kernel writes it.
  private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    var value: UInt32 = 0
    unsafe withUnsafeMutableBytes(of: &value) { target in
      for index in 0..<4 { unsafe target[index] = bytes[offset + index] }
    }
    return value
  }
}

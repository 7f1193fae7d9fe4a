// HTTP/Files: small files, read whole.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// The first bytes of a file, and the state it was in.
package struct FileContents: Sendable {
  package let bytes: [UInt8]
  package let isTruncated: Bool
  package let status: FileStatus
  /// An edit right after the read could look like no edit, or looking would wait for a disk.
  package let isVolatile: Bool

  /// - Parameters:
  ///   - limit: bytes; one more is read, to know whether there are more.
  ///   - waiting: `false` gives up with ``OpenFailure/wouldBlock`` where a disk would have to be
  ///     waited for.
  package static func reading(
    _ path: RelativePath, in root: DataRoot, limit: Int, waiting: Bool
  ) throws(OpenFailure) -> FileContents {
    let file = try root.open(path, waiting: waiting)
    guard file.status.kind == .regular else { throw .special }
    let isTransparent = root.learn(from: file)
    var bytes: [UInt8] = []
    let now = WallClock.now
    do throws(Errno) {
      while bytes.count <= limit {
        let wanted = min(limit + 1 - bytes.count, max(4096, Int(clamping: file.status.size) + 1))
        let offset = Int64(bytes.count)
        let piece =
          try waiting
          ? file.descriptor.read(count: wanted, at: offset)
          : file.descriptor.readResident(count: wanted, at: offset)
        if piece.isEmpty { break }
        bytes += piece
      }
    } catch {
      throw OpenFailure(error)
    }
    let isTruncated = bytes.count > limit
    if isTruncated { bytes.removeLast() }
    return FileContents(
      bytes: bytes, isTruncated: isTruncated, status: file.status,
      isVolatile: !isTransparent || file.status.isRacy(readAt: now))
  }
}

/// A file that a rendered answer was made from, or a directory, or their absence.
package struct FileDependency: Sendable {
  /// Absolute, ends with NUL.
  private let path: [UInt8]
  /// `nil`: there was nothing.
  private let status: FileStatus?
  /// Must not be relied on even once.
  package let isVolatile: Bool

  package init(path: [UInt8], contents: FileContents) {
    self.path = path
    status = contents.status
    isVolatile = contents.isVolatile
  }

  /// A directory that was looked through, or a file that matters by being there.
  ///
  /// - Parameter status: `nil`: there is none.
  package init(path: [UInt8], status: FileStatus?) {
    self.path = path
    self.status = status
    isVolatile = status?.isRacy(readAt: WallClock.now) ?? false
  }

  /// Whether the file is still as it was.
  package var isCurrent: Bool {
    do throws(Errno) {
      return try FileStatus.of(nulTerminated: path) == status
    } catch {
      return status == nil
    }
  }
}

// HTTP/Files: small files, read whole.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// The first bytes of a file, and the state it was in.
package struct FileContents: Sendable {
  /// From the start, as many as were asked for at most.
  package let bytes: [UInt8]
  /// Whether the file has more.
  package let isTruncated: Bool
  /// From before the read; an edit during it shows as a change.
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
    let isTransparent = root.noteTransparency(of: file)
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

// HTTP/Files: a file that is open to be sent.
// SPDX-License-Identifier: Apache-2.0

/// An open regular file with what a response says of it; shared by all who read it.
package final class OpenFile: Sendable {
  package let path: TreePath
  package let descriptor: FileDescriptor
  package let status: FileStatus
  package let contentType: String
  /// With its quotes. Strong: any edit changes inode, size, mtime or ctime.
  package let entityTag: [UInt8]

  package init(path: TreePath, opened: consuming OpenedFile, contentType: String) {
    self.path = path
    self.status = opened.status
    self.descriptor = opened.descriptor
    self.contentType = contentType
    let parts = [
      String(status.inode, radix: 16), String(status.size, radix: 16),
      Self.text(status.modified), Self.text(status.changed),
    ]
    entityTag = Array("\"\(parts.joined(separator: "-"))\"".utf8)
  }

  private static func text(_ time: FileTime) -> String {
    String(time.seconds &* 1_000_000_000 &+ time.nanoseconds, radix: 16)
  }
}

extension OpenedFile {
  /// Gives up everything but the descriptor.
  package consuming func takeDescriptor() -> FileDescriptor { descriptor }
}

/// Wanted: the first bytes of a file, which may have to come from a slow disk.
package struct PendingRead: Hashable, Sendable {
  package let path: TreePath
  /// Bytes; one more is read, to know that there are more.
  package let limit: Int

  package init(path: TreePath, limit: Int) {
    self.path = path
    self.limit = limit
  }

  /// Opens and reads, waiting for the disk as long as it takes.
  func perform(in root: DataRoot) -> Result<FileContents, OpenFailure> {
    do throws(OpenFailure) {
      let opened = try root.open(path)
      guard opened.status.kind == .regular else { throw .special }
      return .success(try FileContents.reading(opened, limit: limit, waiting: true))
    } catch {
      return .failure(error)
    }
  }
}

/// The first bytes of a file, and the state it was in.
package struct FileContents: Sendable {
  package let bytes: [UInt8]
  package let isTruncated: Bool
  package let status: FileStatus
  /// An edit right after the read could look like no edit.
  package let isRacy: Bool

  /// - Parameter waiting: `false` gives up with ``Errno/wouldBlock`` where a disk would have to be
  ///   waited for.
  static func reading(
    _ file: borrowing OpenedFile, limit: Int, waiting: Bool
  ) throws(OpenFailure) -> FileContents {
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
      isRacy: file.status.isRacy(readAt: now))
  }
}

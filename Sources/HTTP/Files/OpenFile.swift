// HTTP/Files: a file that is open to be sent.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// An open regular file with what a response says of it; shared by all who read it.
package final class OpenFile: Sendable {
  /// Below the data directory.
  package let path: RelativePath
  /// When it was opened; size and times of the answer are these.
  package let status: FileStatus
  /// By its name, else by its first bytes.
  package let contentType: String
  /// Whether a link was followed on the way: what the path names may soon be another file.
  package let isThroughLink: Bool
  /// With its quotes. Strong: any edit changes inode, size, mtime or ctime.
  package let entityTag: [UInt8]
  private let handle: Handle
  private let residency: Mutex<Residency>
  /// Closes the file, where even that may wait.
  private let closer: WorkPool?

  private final class Handle: Sendable {
    let descriptor: FileDescriptor
    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
  }

  /// Open for reading, for as long as anyone has the file.
  package var descriptor: FileDescriptor {
    _read { yield handle.descriptor }
  }

  /// - Parameter closer: `nil`: closing is left to whoever lets go last.
  package init(
    path: RelativePath, opened: consuming OpenedFile, contentType: String, closer: WorkPool? = nil
  ) {
    self.path = path
    self.contentType = contentType
    self.closer = closer
    let status = opened.status
    self.status = status
    isThroughLink = opened.isThroughLink
    handle = Handle(opened.takeDescriptor())
    residency = Mutex(Residency(size: status.size))
    let parts = [
      String(status.inode, radix: 16), String(status.size, radix: 16),
      Self.text(status.modified), Self.text(status.changed),
    ]
    entityTag = Array("\"\(parts.joined(separator: "-"))\"".utf8)
  }

  deinit {
    if let closer {
      let handle = handle
      closer.submit(.file(device: status.device, inode: status.inode)) { _ = handle }
    }
  }

  /// Whether bytes can very likely be sent without waiting for a disk.
  func isResident(_ count: Int64, at offset: Int64, now: Instant) -> Bool {
    residency.withLock { residency in
      residency.holds(count, at: offset, now: now) { descriptor.isResident(count: $0, at: $1) }
    }
  }

  private static func text(_ time: FileTime) -> String {
    String(time.seconds &* 1_000_000_000 &+ time.nanoseconds, radix: 16)
  }
}

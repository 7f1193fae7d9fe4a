// System: a file that appears whole or not at all.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A new file of mode 0600 beside its place, which it takes when it is whole.
package final class PrivateFile: Sendable {
  private let path: String
  private let partial: String
  private let descriptor: FileDescriptor

  /// Makes the file beside `path`.
  ///
  /// - Throws: ``Errno/fileExists`` where `path` names a device, a link or a directory.
  package init(for path: String) throws(Errno) {
    var raw = stat()
    if unsafe lstat(path, &raw) == 0, raw.st_mode & S_IFMT != S_IFREG { throw .fileExists }
    self.path = path
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    parts.append(".\(parts.removeLast()).\(Process.identifier).partial")
    let partial = parts.joined(separator: "/")
    self.partial = partial
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
    descriptor = FileDescriptor(owning: try retrying { unsafe open(partial, flags, 0o600) })
  }

  /// Writes behind what was written before.
  package func write(_ bytes: [UInt8]) throws(Errno) {
    var done = 0
    while done < bytes.count { done += try descriptor.write(bytes, from: done) }
  }

  /// Puts it in its place, durably.
  package func finish() throws(Errno) {
    let number = descriptor.number
    _ = try retrying { fsync(number) }
    let (partial, path) = (partial, path)
    _ = try retrying { unsafe rename(partial, path) }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let directory = FileDescriptor(
      owning: try retrying { unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
    // Some file systems cannot flush a directory, and have nothing to flush.
    _ = fsync(directory.number)
  }

  /// Takes it away; nothing once it is in its place.
  package func discard() { unsafe unlink(partial) }
}

// HTTP/Files: a file to send, or a directory that was listed.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// A file to send, or a directory that was listed.
package enum OpenedPath: Sendable {
  case file(OpenFile)
  case directory(ListedDirectory)

  /// Opens what the path names.
  ///
  /// - Parameters:
  ///   - waiting: `false` gives up with ``OpenFailure/wouldBlock`` where a disk would have to be
  ///     waited for.
  ///   - closer: closes files on file systems where even that may wait.
  static func opening(
    _ path: RelativePath, in root: DataRoot, waiting: Bool, closer: WorkPool?
  ) throws(OpenFailure) -> OpenedPath {
    let opened = try root.open(path, waiting: waiting)
    let status = opened.status
    do throws(Errno) {
      guard status.kind == .regular else {
        // A directory tells nobody whether reading it waits.
        guard waiting else { throw .wouldBlock }
        return .directory(ListedDirectory(status: status, entries: try opened.entries()))
      }
      let isTransparent = root.noteTransparency(of: opened)
      let type: String
      if let named = ContentType.named(path.fileExtension) {
        type = named
      } else {
        let length = ContentType.sniffLength
        let start =
          try waiting
          ? opened.descriptor.read(count: length, at: 0)
          : opened.descriptor.readResident(count: length, at: 0)
        type = ContentType.sniffed(start)
      }
      return .file(
        OpenFile(
          path: path, opened: opened, contentType: type, closer: isTransparent ? nil : closer))
    } catch {
      throw OpenFailure(error)
    }
  }
}

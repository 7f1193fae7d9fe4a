// HTTP/Files: files that have to come from a slow disk.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// What a handler waits for.
package enum PendingFile: Hashable, Sendable {
  /// The file's first bytes, at most `limit`.
  case contents(RelativePath, limit: Int)
  /// The file opened, or the directory listed.
  case entry(RelativePath)

  var path: RelativePath {
    switch self {
    case .contents(let path, _), .entry(let path): path
    }
  }
}

/// A file to send, or a directory that was listed.
package enum Entry: Sendable {
  case file(OpenFile)
  case directory(DirectoryEntries)

  /// Opens what the path names.
  ///
  /// - Parameters:
  ///   - waiting: `false` gives up with ``OpenFailure/wouldBlock`` where a disk would have to be
  ///     waited for.
  ///   - closer: closes files on file systems where even that may wait.
  static func opening(
    _ path: RelativePath, in root: DataRoot, waiting: Bool, closer: WorkPool?
  ) throws(OpenFailure) -> Entry {
    let opened = try root.open(path, waiting: waiting)
    let status = opened.status
    do throws(Errno) {
      guard status.kind == .regular else {
        return .directory(DirectoryEntries(status: status, entries: try opened.entries()))
      }
      let isTransparent = root.learn(from: opened)
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

/// A directory that was listed.
package struct DirectoryEntries: Sendable {
  package let status: FileStatus
  package let entries: [DirectoryEntry]
}

/// What came of waiting.
package enum Delivery: Sendable {
  case contents(Result<FileContents, OpenFailure>)
  case entry(Result<Entry, OpenFailure>)
}

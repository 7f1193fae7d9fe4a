// HTTP/Files: directories that were listed before.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Listings of all loops, each made once while its directory stays as it is.
package final class Listings: Sendable {
  private struct Kept {
    let directory: ListedDirectory
    let path: RelativePath
  }

  private let kept = Mutex<[Kept]>([])
  /// Bytes of all of them.
  private static let maxBytes = 32 << 20
  private static let maxCount = 1024

  /// None yet.
  package init() {}

  /// The listing, if the directory is as it was.
  func current(_ path: RelativePath, in root: DataRoot, waiting: Bool) -> ListedDirectory? {
    let found = kept.withLock { $0.first { $0.path == path } }?.directory
    guard let found, (try? root.status(of: path, waiting: waiting)) == found.status else {
      return nil
    }
    return found
  }

  /// Keeps it in front; those that were kept first go.
  func keep(_ path: RelativePath, _ directory: ListedDirectory, readAt time: FileTime) {
    let cost = directory.cost
    guard cost <= Self.maxBytes, !directory.status.isRacy(readAt: time) else { return }
    kept.withLock { kept in
      kept.removeAll { $0.path == path }
      var bytes = kept.reduce(cost) { $0 + $1.directory.cost }
      while bytes > Self.maxBytes || kept.count >= Self.maxCount, let last = kept.popLast() {
        bytes -= last.directory.cost
      }
      kept.insert(Kept(directory: directory, path: path), at: 0)
    }
  }
}

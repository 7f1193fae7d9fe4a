// BootServer/Handlers: profile and key files.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Files that are read whole.
enum SmallFile {
  /// Bytes; a profile or key file larger than this is refused.
  static let limit = 4 << 20

  /// - Parameter file: as messages name it.
  /// - Returns: the content, or why the file cannot be opened: what that means differs.
  static func read(
    _ path: RelativePath, file: String, _ store: FileStore, _ delivered: FileStore.Delivered
  ) throws(Interruption) -> Result<FileContents, OpenFailure> {
    switch store.contents(path, limit: limit, delivered: delivered) {
    case .pending(let file): throw .pending(file)
    case .failed(let failure): return .failure(failure)
    case .found(let contents):
      guard !contents.isTruncated else {
        throw .failed(.unusable("\(file) is larger than \(limit >> 20) MB"))
      }
      return .success(contents)
    }
  }
}

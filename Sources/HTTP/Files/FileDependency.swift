// HTTP/Files: what a rendered answer was made from.
// SPDX-License-Identifier: Apache-2.0

import System

/// A file that a rendered answer was made from, or a directory, or their absence.
package struct FileDependency: Sendable {
  /// Absolute, ends with NUL.
  private let path: [UInt8]
  /// `nil`: there was nothing.
  private let status: FileStatus?
  /// Must not be relied on even once.
  package let isVolatile: Bool

  /// A file that was read.
  package init(path: [UInt8], contents: FileContents) {
    self.path = path
    status = contents.status
    isVolatile = contents.isVolatile
  }

  /// A directory that was looked through, or a file that matters by being there.
  ///
  /// - Parameters:
  ///   - status: `nil`: there is none.
  ///   - isAtHand: whether looking again waits for no disk and no file server.
  package init(path: [UInt8], status: FileStatus?, isAtHand: Bool) {
    self.path = path
    self.status = status
    isVolatile = !isAtHand || status?.isRacy(readAt: WallClock.now) ?? false
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

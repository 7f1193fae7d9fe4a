// System: one name of a directory with its status.
// SPDX-License-Identifier: Apache-2.0

/// One name of a directory with what `lstat` says of it.
package struct DirectoryStatus: Sendable {
  /// Without its directory; need not be UTF-8.
  package let name: [UInt8]
  /// A link's own; a failure where the name cannot be looked at, or went meanwhile.
  package let status: Result<FileStatus, Errno>
}

// System: one entry of a directory.
// SPDX-License-Identifier: Apache-2.0

/// One entry of a directory.
package struct DirectoryEntry: Equatable, Sendable {
  /// Without its directory; need not be UTF-8.
  package let name: [UInt8]
  /// A link to a directory is none.
  package let isDirectory: Bool

  /// For entries that are not read from a disk.
  package init(name: [UInt8], isDirectory: Bool) {
    self.name = name
    self.isDirectory = isDirectory
  }
}

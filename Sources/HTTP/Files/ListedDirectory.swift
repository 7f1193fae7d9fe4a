// HTTP/Files: a directory that was listed.
// SPDX-License-Identifier: Apache-2.0

import System

/// A directory that was listed, and its page; shared by all who ask for it.
package final class ListedDirectory: Sendable {
  /// From before it was read: while it is so, the list is true.
  package let status: FileStatus
  /// Sorted by their bytes, dot names included.
  package let entries: [DirectoryEntry]
  /// The page that is served for it.
  package let page: [UInt8]

  /// Makes the page, once.
  package init(status: FileStatus, entries: [DirectoryEntry]) {
    self.status = status
    self.entries = entries
    page = DirectoryListing.page(entries)
  }

  /// Bytes of memory, about.
  var cost: Int { page.count + entries.reduce(0) { $0 + 64 + $1.name.count } }
}

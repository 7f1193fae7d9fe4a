// HTTP/Files: a directory that was listed.
// SPDX-License-Identifier: Apache-2.0

import System

/// A directory that was listed, and its page; shared by all who ask for it.
package final class ListedDirectory: Sendable {
  package let status: FileStatus
  package let entries: [DirectoryEntry]
  package let page: [UInt8]

  package init(status: FileStatus, entries: [DirectoryEntry]) {
    self.status = status
    self.entries = entries
    page = DirectoryListing.page(entries)
  }

  /// Bytes of memory, about.
  var cost: Int { page.count + entries.reduce(0) { $0 + 64 + $1.name.count } }
}

// HTTP/Files: a directory that was listed.
// SPDX-License-Identifier: Apache-2.0

import System

/// A directory that was listed.
package struct ListedDirectory: Sendable {
  package let status: FileStatus
  package let entries: [DirectoryEntry]
}

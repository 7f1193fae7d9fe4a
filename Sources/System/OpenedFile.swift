// System: what was opened for reading.
// SPDX-License-Identifier: Apache-2.0

/// A file or directory that was opened for reading.
package struct OpenedFile: ~Copyable {
  /// Open for reading.
  package let descriptor: FileDescriptor
  /// What fstat(2) said when it was opened.
  package let status: FileStatus
  /// Whether a link was followed on the way.
  package var isThroughLink = false

  /// Hands the descriptor over.
  package consuming func takeDescriptor() -> FileDescriptor { descriptor }
}

// System: what was opened for reading.
// SPDX-License-Identifier: Apache-2.0

/// A file or directory that was opened for reading.
package struct OpenedFile: ~Copyable {
  package let descriptor: FileDescriptor
  package let status: FileStatus
  /// Whether a link was followed on the way.
  package var isThroughLink = false

  package consuming func takeDescriptor() -> FileDescriptor { descriptor }
}

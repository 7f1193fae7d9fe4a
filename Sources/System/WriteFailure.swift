// System: why a file could not be written, and how far that went.
// SPDX-License-Identifier: Apache-2.0

/// Why bytes could not be written, or not be flushed.
package struct WriteFailure: Error, Equatable, Sendable {
  /// Why.
  package let error: Errno
  /// `false`: the file could not be opened, and is as it was.
  package let hasBegun: Bool

  /// - Parameter hasBegun: whether bytes may have been written.
  package init(_ error: Errno, hasBegun: Bool) {
    self.error = error
    self.hasBegun = hasBegun
  }
}

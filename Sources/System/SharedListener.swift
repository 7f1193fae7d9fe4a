// System: a listener that loops share.
// SPDX-License-Identifier: Apache-2.0

/// A listener that can be kept in an array and shared by loops.
package final class SharedListener: Sendable {
  /// Any loop may accept from it.
  package let listener: Listener
  /// Whether only the owner of this process can reach it.
  package let isTrusted: Bool

  /// - Parameter isTrusted: for a Unix socket that only its owner reaches.
  package init(_ listener: consuming Listener, isTrusted: Bool = false) {
    self.listener = listener
    self.isTrusted = isTrusted
  }
}

// System: a listener that loops share.
// SPDX-License-Identifier: Apache-2.0

/// A listener that can be kept in an array and shared by loops.
package final class SharedListener: Sendable {
  package let listener: Listener
  /// Whether only the owner of this process can reach it.
  package let isTrusted: Bool

  package init(_ listener: consuming Listener, isTrusted: Bool = false) {
    self.listener = listener
    self.isTrusted = isTrusted
  }
}

// HTTP/Server: a number that loops count together.
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A count that several threads keep.
package final class SharedCount: Sendable {
  private let value = Atomic<Int>(0)
  /// Zero.
  package init() {}

  /// Counts one more unless that would be more than `limit`.
  package func add(limit: Int) -> Bool {
    if value.add(1, ordering: .relaxed).newValue <= limit { return true }
    subtract()
    return false
  }

  /// Says what it is.
  package func set(_ count: Int) { value.store(count, ordering: .relaxed) }

  /// Counts one less.
  package func subtract() { value.subtract(1, ordering: .relaxed) }

  /// The count; other threads may change it at once.
  package var current: Int { value.load(ordering: .relaxed) }
}

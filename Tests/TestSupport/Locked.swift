// TestSupport: a value that threads share.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Behind a lock that the thread sanitizer knows.
package final class Locked<Value>: @unchecked Sendable {
  private var value: Value
  private let lock = NSLock()

  package init(_ value: sending Value) { self.value = value }

  package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}

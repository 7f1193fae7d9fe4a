// System: a descriptor that is kept for what it holds.
// SPDX-License-Identifier: Apache-2.0

/// A descriptor that is kept for what it holds: a lock.
package final class SharedDescriptor: Sendable {
  private let descriptor: FileDescriptor
  init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}

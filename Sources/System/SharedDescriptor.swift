// System: a descriptor that is kept for what it holds.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A descriptor that is kept for what it holds: a lock.
package final class SharedDescriptor: Sendable {
  private let descriptor: FileDescriptor
  init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

  /// Lets the lock go.
  ///
  /// To close the descriptor is not enough: a child that is being started at this moment has it, too, until
  /// it is another program.
  deinit {
    _ = flock(descriptor.number, LOCK_UN)
    _ = clinux_unlock_file(descriptor.number)
  }
}

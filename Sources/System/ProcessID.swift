// System: processes by their numbers.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A process that this one started, until its end has been asked for.
package struct ProcessID: Hashable, Sendable, CustomStringConvertible {
  /// As kill(2) takes it.
  package let number: Int32

  /// - Parameter number: of a child that has not been waited for.
  package init(_ number: Int32) { self.number = number }

  /// The number.
  package var description: String { "\(number)" }

  /// How a child has ended; if it has, its number may belong to another from now on.
  ///
  /// - Returns: 0 to 255, 128 and the signal where one ended it; `nil` while it runs.
  package func ending() -> Int? {
    var raw: CInt = 0
    guard unsafe waitpid(number, &raw, WNOHANG) == number else { return nil }
    return Self.status(raw)
  }

  /// Waits for a child's end, which must be near.
  ///
  /// - Returns: as ``ending()``.
  @discardableResult
  package func wait() -> Int {
    var raw: CInt = 0
    while unsafe waitpid(number, &raw, 0) < 0 && errno == EINTR {}
    return Self.status(raw)
  }

  /// Asks it to end (SIGTERM).
  package func terminate() { _ = Glibc.kill(number, SIGTERM) }

  /// Ends it (SIGKILL).
  package func kill() { _ = Glibc.kill(number, SIGKILL) }

  private static func status(_ raw: CInt) -> Int {
    Int(raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f)
  }
}

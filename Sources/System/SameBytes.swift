// System: comparing bytes as fast as the machine can.
// SPDX-License-Identifier: Apache-2.0

import Glibc

extension [UInt8] {
  /// Whether `count` bytes from `start` on are those of `other` from `otherStart` on.
  ///
  /// - Returns: `false` too where either has fewer bytes.
  package func hasSameBytes(
    at start: Int, as other: [UInt8], at otherStart: Int, count: Int
  ) -> Bool {
    guard start >= 0, otherStart >= 0, start + count <= self.count,
      otherStart + count <= other.count
    else { return false }
    return unsafe withUnsafeBytes { mine in
      unsafe other.withUnsafeBytes { theirs in
        guard let mine = mine.baseAddress, let theirs = theirs.baseAddress else { return true }
        return unsafe memcmp(mine + start, theirs + otherStart, count) == 0
      }
    }
  }
}

// System: paths of raw bytes on their way to a system call.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Calls with a path as C reads it, until the call is not interrupted.
///
/// - Parameter path: ends with a NUL byte; file names need not be UTF-8.
func retrying<Result: SignedInteger>(
  path: [UInt8], _ call: (UnsafePointer<CChar>) -> Result
) throws(Errno) -> Result {
  guard path.last == 0 else { throw .invalid }
  return try retrying { () -> Result in
    unsafe path.withUnsafeBytes { bytes in
      let characters = unsafe bytes.bindMemory(to: CChar.self)
      guard let base = characters.baseAddress else { return -1 }
      return unsafe call(base)
    }
  }
}

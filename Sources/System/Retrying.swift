// System: calls that a signal may interrupt.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Calls until the call is not interrupted by a signal.
///
/// - Returns: the call's result, 0 or more.
/// - Throws: the error number when the result is negative.
func retrying<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
  while true {
    let result = call()
    if result >= 0 { return result }
    let error = Errno.last
    if error != .interrupted { throw error }
  }
}

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

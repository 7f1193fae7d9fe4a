// System: the standard streams.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The standard streams: never closed, and never set non-blocking, for a terminal may share them.
package enum StandardStream {
  /// Whether a person reads standard output.
  package static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether nobody reads standard output any more.
  package static var outputIsBroken: Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    return unsafe poll(&output, 1, 0) > 0 && CInt(output.revents) & (POLLERR | POLLHUP) != 0
  }

  /// Writes all of the bytes to standard output.
  package static func writeToOutput(_ bytes: [UInt8]) throws(Errno) {
    var done = 0
    while done < bytes.count {
      done += try retrying { () -> Int in
        unsafe bytes.withUnsafeBytes { buffer in
          let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
          return unsafe Glibc.write(STDOUT_FILENO, rest.baseAddress, rest.count)
        }
      }
    }
  }

  /// Writes some of the bytes to standard error; waits as long as its reader lets it wait.
  package static func writeToError(_ bytes: [UInt8], from start: Int) throws(Errno) -> Int {
    do throws(Errno) {
      return try tryToWriteToError(bytes, from: start)
    } catch {
      // Whoever shares it may have set it non-blocking.
      guard error == .wouldBlock else { throw error }
      var wanted = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
      _ = unsafe poll(&wanted, 1, -1)
      return 0
    }
  }

  private static func tryToWriteToError(_ bytes: [UInt8], from start: Int) throws(Errno) -> Int {
    try retrying { () -> Int in
      unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start...])
        return unsafe Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
      }
    }
  }
}

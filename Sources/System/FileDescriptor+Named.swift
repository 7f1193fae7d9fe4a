// System: files that a person names.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

extension FileDescriptor {
  /// Reads whole what a person names: a file, a pipe, or `-`, which is standard input.
  ///
  /// It waits for whoever writes into a pipe; what a folder holds by itself is read by
  /// ``contents(of:limit:)``, which waits for nobody.
  ///
  /// - Throws: ``Errno/tooBig`` when it is longer than `limit` bytes.
  package static func contents(named name: String, limit: Int) throws(Errno) -> [UInt8] {
    let file = try opened(name)
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= limit {
      let count: Int
      do throws(Errno) {
        count = try file.read(into: &piece)
      } catch {
        // Whoever shares standard input may have set it non-blocking.
        guard error == .wouldBlock else { throw error }
        var wanted = pollfd(fd: file.number, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&wanted, 1, -1)
        continue
      }
      if count == 0 { return bytes }
      bytes += piece[..<count]
    }
    throw .tooBig
  }

  private static func opened(_ name: String) throws(Errno) -> FileDescriptor {
    // To open /dev/stdin anew fails where it is a socket, or another user's.
    let isInput = name == "-" || name == "/dev/stdin"
    return FileDescriptor(
      owning: try retrying {
        unsafe isInput
          ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open(name, O_RDONLY | O_CLOEXEC)
      })
  }
}

// System: addresses of Unix sockets.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Calls `body` with the address of a Unix socket.
func withUnixAddress<Result>(
  _ path: [UInt8], _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Errno) -> Result
) throws(Errno) -> Result {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .nameTooLong }
  unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
  let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
  return try unsafe withUnsafePointer(to: &address) { (pointer) throws(Errno) in
    try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      (pointer) throws(Errno) in
      try unsafe body(pointer, length)
    }
  }
}

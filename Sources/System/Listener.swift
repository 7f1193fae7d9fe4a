// System: listening sockets.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A listening socket.
package struct Listener: ~Copyable, Sendable {
  /// The listening socket.
  package let descriptor: FileDescriptor

  /// Takes over a socket that listens already.
  package init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

  /// Binds and listens on one address, once for each of `count` threads.
  ///
  /// The first socket is bound without `SO_REUSEPORT`, so a port that anyone has is refused,
  /// even one of another server of ours; only then the option is set and the others join it.
  ///
  /// - Parameter bothFamilies: an IPv6 socket takes IPv4 clients too.
  /// - Throws: ``Errno/addressInUse`` and what else bind(2) and listen(2) say.
  package static func group(
    _ address: SocketAddress, bothFamilies: Bool, count: Int
  ) throws(Errno) -> [SharedListener] {
    let first = try bound(address, bothFamilies: bothFamilies, reusePort: false)
    // Listening first: two that are only bound do not see each other (SO_REUSEADDR).
    try listen(first.number)
    try set(first.number, SOL_SOCKET, SO_REUSEPORT, 1)
    let actual = self.address(of: first.number)
    var group = [SharedListener(Listener(first))]
    var again = address
    again.port = actual.port
    for _ in 1..<max(count, 1) {
      let next = try bound(again, bothFamilies: bothFamilies, reusePort: true)
      try listen(next.number)
      group.append(SharedListener(Listener(next)))
    }
    return group
  }

  /// The next waiting connection, non-blocking and closed on exec.
  ///
  /// - Throws: ``Errno/wouldBlock`` when there is none.
  package func accept() throws(Errno) -> (Socket, SocketAddress) {
    var storage = sockaddr_storage()
    let number = descriptor.number
    let flags = CInt(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let accepted = try retrying { () -> CInt in
      unsafe withUnsafeMutablePointer(to: &storage) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
          return unsafe clinux_accept4(number, $0, &length, flags)
        }
      }
    }
    let peer =
      CInt(storage.ss_family) == AF_UNIX
      ? SocketAddress(host: .local(user: clinux_peer_user(accepted)), port: 0)
      : SocketAddress(storage)
    return (Socket(FileDescriptor(owning: accepted)), peer)
  }

  /// Where it listens; the port is known here also where 0 was asked for.
  package var localAddress: SocketAddress { Self.address(of: descriptor.number) }

  private static func bound(
    _ address: SocketAddress, bothFamilies: Bool, reusePort: Bool
  ) throws(Errno) -> FileDescriptor {
    let family = address.isIPv6 ? AF_INET6 : AF_INET
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = FileDescriptor(owning: try retrying { socket(family, kind, 0) })
    let number = descriptor.number
    try set(number, SOL_SOCKET, SO_REUSEADDR, 1)
    if reusePort { try set(number, SOL_SOCKET, SO_REUSEPORT, 1) }
    if address.isIPv6 { try set(number, CInt(IPPROTO_IPV6), IPV6_V6ONLY, bothFamilies ? 0 : 1) }
    // Connections inherit it.
    try set(number, CInt(IPPROTO_TCP), TCP_NODELAY, 1)
    _ = try retrying { unsafe address.withRaw { unsafe bind(number, $0, $1) } }
    return descriptor
  }

  private static func listen(_ number: CInt) throws(Errno) {
    _ = try retrying { Glibc.listen(number, 4096) }
  }

  static func set(
    _ number: CInt, _ level: CInt, _ option: CInt, _ value: CInt
  ) throws(Errno) {
    var value = value
    _ = try retrying {
      unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }
  }

  static func address(of number: CInt) -> SocketAddress {
    var storage = sockaddr_storage()
    unsafe withUnsafeMutablePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = unsafe getsockname(number, $0, &length)
      }
    }
    return SocketAddress(storage)
  }
}

extension Listener {
  /// Whether a descriptor is a listening stream socket.
  static func isListener(_ number: CInt) -> Bool {
    func option(_ name: CInt) -> CInt? {
      var value: CInt = 0
      var length = socklen_t(MemoryLayout<CInt>.size)
      return unsafe getsockopt(number, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
    return option(SO_TYPE) == CInt(SOCK_STREAM.rawValue) && option(SO_ACCEPTCONN) == 1
  }
}

extension Listener {
  /// Listens on a Unix socket of mode 0600, in place of one that nobody serves any more.
  ///
  /// - Throws: ``Errno/nameTooLong`` where the path has more than 107 bytes.
  package static func local(_ path: String) throws(Errno) -> SharedListener {
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = FileDescriptor(owning: try retrying { socket(AF_UNIX, kind, 0) })
    let number = descriptor.number
    // The mode of the socket becomes that of its name: nobody can connect in between.
    _ = try retrying { fchmod(number, 0o600) }
    unsafe unlink(path)
    try unsafe withUnixAddress(Array(path.utf8)) { (address, length) throws(Errno) in
      _ = try retrying { unsafe bind(number, address, length) }
    }
    try listen(number)
    return SharedListener(Listener(descriptor), isTrusted: true)
  }
}

// System: connecting to others.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

extension Socket {
  /// Connects and waits until it stands; for the readiness check at start.
  package static func connect(to address: SocketAddress) throws(Errno) -> Socket {
    let family = address.isIPv6 ? AF_INET6 : AF_INET
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = FileDescriptor(owning: try retrying { socket(family, kind, 0) })
    let number = descriptor.number
    _ = try retrying { unsafe address.withRaw { unsafe Glibc.connect(number, $0, $1) } }
    return Socket(descriptor)
  }

  /// Connects to a Unix socket, and waits until it stands.
  package static func connect(toPath path: String) throws(Errno) -> Socket {
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = FileDescriptor(owning: try retrying { socket(AF_UNIX, kind, 0) })
    let number = descriptor.number
    try unsafe withUnixAddress(Array(path.utf8)) { (address, length) throws(Errno) in
      _ = try retrying { unsafe Glibc.connect(number, address, length) }
    }
    return Socket(descriptor)
  }

  /// Begins to connect, and does not wait; what goes wrong later, the first send or receive tells.
  ///
  /// - Parameter source: the local address; where its port is 0, one is chosen when the peer is
  ///   known, so that the same port serves several peers.
  package static func beginConnecting(
    to address: SocketAddress, from source: SocketAddress? = nil
  ) throws(Errno) -> Socket {
    let family = address.isIPv6 ? AF_INET6 : AF_INET
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = FileDescriptor(owning: try retrying { socket(family, kind, 0) })
    let number = descriptor.number
    if let source {
      try? Listener.set(number, CInt(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
      _ = try retrying { unsafe source.withRaw { unsafe bind(number, $0, $1) } }
    }
    do throws(Errno) {
      _ = try retrying { unsafe address.withRaw { unsafe Glibc.connect(number, $0, $1) } }
    } catch {
      guard error == .inProgress else { throw error }
    }
    return Socket(descriptor)
  }

  /// Sends one datagram to a Unix socket; for systemd's notification protocol.
  ///
  /// - Parameter path: `@name` is the abstract socket of that name.
  package static func notify(_ path: String, _ message: String) throws(Errno) {
    var name = Array(path.utf8)
    if name.first == UInt8(ascii: "@") { name[0] = 0 }
    let kind = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = FileDescriptor(owning: try retrying { socket(AF_UNIX, kind, 0) })
    let number = descriptor.number
    let bytes = Array(message.utf8)
    try unsafe withUnixAddress(name) { (address, length) throws(Errno) in
      _ = try retrying { () -> Int in
        unsafe sendto(number, bytes, bytes.count, CInt(MSG_NOSIGNAL), address, length)
      }
    }
  }
}

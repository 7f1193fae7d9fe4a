// System: datagrams to everybody on a network.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// A UDP socket on one network card that speaks to everybody there: what a DHCP client has.
package struct BroadcastSocket: ~Copyable {
  private let descriptor: FileDescriptor

  /// - Parameters:
  ///   - card: the network card's name.
  ///   - port: to receive on; 68 is a DHCP client's, and needs CAP_NET_BIND_SERVICE and CAP_NET_RAW.
  /// - Throws: ``Errno/accessDenied``, ``Errno/notPermitted`` and what else socket(7) says.
  package init(card: String, port: UInt16) throws(Errno) {
    let kind = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = FileDescriptor(owning: try retrying { socket(AF_INET, kind, 0) })
    let number = descriptor.number
    try Listener.set(number, SOL_SOCKET, SO_BROADCAST, 1)
    // A DHCP client that runs already has the port.
    try Listener.set(number, SOL_SOCKET, SO_REUSEADDR, 1)
    let name = Array(card.utf8) + [0]
    _ = try retrying {
      unsafe setsockopt(number, SOL_SOCKET, SO_BINDTODEVICE, name, socklen_t(name.count))
    }
    let address = SocketAddress(host: .v4(0), port: port)
    _ = try retrying { unsafe address.withRaw { unsafe bind(number, $0, $1) } }
    self.init(descriptor)
  }

  private init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

  /// Sends one datagram to everybody.
  package func send(_ bytes: [UInt8], port: UInt16) throws(Errno) {
    let target = SocketAddress(host: .v4(UInt32.max), port: port)
    let number = descriptor.number
    _ = try retrying { () -> Int in
      unsafe target.withRaw { (address, length) in
        unsafe bytes.withUnsafeBytes {
          unsafe sendto(number, $0.baseAddress, $0.count, 0, address, length)
        }
      }
    }
  }

  /// The next datagram.
  ///
  /// - Returns: `nil` when none came until then.
  package func receive(until end: Instant) -> [UInt8]? {
    let left = end.microseconds(since: .now) / 1000
    var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
    guard left > 0, unsafe poll(&entry, 1, CInt(left)) > 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 2048)
    let number = descriptor.number
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe recv(number, $0.baseAddress, $0.count, 0)
    }
    return count >= 0 ? Array(buffer[..<count]) : []
  }
}

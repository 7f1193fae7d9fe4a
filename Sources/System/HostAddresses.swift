// System: the addresses of this host.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// The addresses that the kernel's network cards have (getifaddrs(3)).
package enum HostAddresses {
  /// The first IPv4 address of a card that is up and is not loopback; else an IPv6 one that is not link-local.
  ///
  /// - Returns: with port 0; `nil`: there is none, or the kernel does not tell.
  package static var first: SocketAddress? { all.first { !$0.isIPv6 } ?? all.first }

  /// Those of cards that are up, without loopback and link-local ones, as the kernel lists them.
  package static var all: [SocketAddress] { byCard.map(\.address) }

  /// The network card that has an address, among ``all``.
  ///
  /// - Parameter address: as ``SocketAddress/hostText`` writes it.
  package static func card(of address: String) -> String? {
    byCard.first { $0.address.hostText == address }?.card
  }

  private static var byCard: [(card: String, address: SocketAddress)] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&list) == 0 else { return [] }
    defer { unsafe freeifaddrs(list) }
    var found: [(card: String, address: SocketAddress)] = []
    var next = unsafe list
    while let card = unsafe next {
      let (flags, raw) = unsafe (card.pointee.ifa_flags, card.pointee.ifa_addr)
      unsafe next = card.pointee.ifa_next
      guard flags & UInt32(IFF_UP) != 0, flags & UInt32(IFF_LOOPBACK) == 0,
        let raw = unsafe raw
      else { continue }
      let (address, name) = unsafe (Self.address(raw), String(cString: card.pointee.ifa_name))
      guard let address else { continue }
      switch address.host {
      case .v4: found.append((name, address))
      case .v6(let high, _, _) where high.bigEndian >> 54 != 0xfe80 >> 6:
        found.append((name, address))
      case .v6, .local, .none: continue
      }
    }
    return found
  }

  private static func address(_ raw: UnsafeMutablePointer<sockaddr>) -> SocketAddress? {
    let length: Int
    switch CInt(unsafe raw.pointee.sa_family) {
    case AF_INET: length = MemoryLayout<sockaddr_in>.size
    case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
    default: return nil
    }
    var storage = sockaddr_storage()
    unsafe withUnsafeMutableBytes(of: &storage) { bytes in
      unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(start: raw, count: length))
    }
    return SocketAddress(storage)
  }
}

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

  /// How many bits of an IPv4 address of this host its card's network has; `nil`: it is none of ``all``.
  ///
  /// - Parameter address: as ``SocketAddress/hostText`` writes it.
  package static func prefix(of address: String) -> Int? {
    byCard.first { $0.address.hostText == address }?.prefix
  }

  private static var byCard: [(card: String, address: SocketAddress, prefix: Int?)] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&list) == 0 else { return [] }
    defer { unsafe freeifaddrs(list) }
    var found: [(card: String, address: SocketAddress, prefix: Int?)] = []
    var next = unsafe list
    while let card = unsafe next {
      let (flags, raw) = unsafe (card.pointee.ifa_flags, card.pointee.ifa_addr)
      unsafe next = card.pointee.ifa_next
      guard flags & UInt32(IFF_UP) != 0, flags & UInt32(IFF_LOOPBACK) == 0,
        let raw = unsafe raw
      else { continue }
      let (address, name) = unsafe (Self.address(raw), String(cString: card.pointee.ifa_name))
      let mask = unsafe card.pointee.ifa_netmask.flatMap { unsafe Self.address($0) }
      guard let address else { continue }
      switch address.host {
      case .v4: found.append((name, address, mask.flatMap(Self.length)))
      case .v6(let high, _, _) where high.bigEndian >> 54 != 0xfe80 >> 6:
        found.append((name, address, nil))
      case .v6, .local, .none: continue
      }
    }
    return found
  }

  /// The ones that an IPv4 mask begins with.
  private static func length(_ mask: SocketAddress) -> Int? {
    guard case .v4(let bits) = mask.host else { return nil }
    return (~bits.bigEndian).leadingZeroBitCount
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

// System: an address and port, and how people write them.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// An IPv4 or IPv6 address with its port.
package struct SocketAddress: Equatable, Hashable, Sendable, CustomStringConvertible {
  /// Whom: bytes in network order, or the peer of a Unix socket.
  package enum Host: Equatable, Hashable, Sendable {
    /// Network byte order.
    case v4(UInt32)
    /// Network byte order in each half; the scope of a link-local address.
    case v6(UInt64, UInt64, scope: UInt32)
    /// A Unix socket's peer.
    case local(user: UInt32)
    /// A family we do not speak.
    case none
  }

  /// Without the port.
  package var host: Host
  /// 0 where there is none, or any is meant.
  package var port: UInt16

  /// An address that need not be anyone's.
  package init(host: Host, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// 127.0.0.1.
  package static func loopback(port: UInt16) -> SocketAddress {
    SocketAddress(host: .v4(UInt32(0x7f00_0001).bigEndian), port: port)
  }

  /// Whether it means every address: 0.0.0.0 or `::`.
  package var isUnspecified: Bool {
    host == .v4(0) || host == .v6(0, 0, scope: 0)
  }

  /// Whether it is written in brackets in front of a port.
  package var isIPv6: Bool {
    if case .v6 = host { return true }
    return false
  }

  init(_ storage: sockaddr_storage) {
    self = unsafe withUnsafeBytes(of: storage) { bytes in
      switch CInt(storage.ss_family) {
      case AF_INET:
        let raw = unsafe bytes.loadUnaligned(as: sockaddr_in.self)
        return SocketAddress(host: .v4(raw.sin_addr.s_addr), port: UInt16(bigEndian: raw.sin_port))
      case AF_INET6:
        let raw = unsafe bytes.loadUnaligned(as: sockaddr_in6.self)
        let high = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let low = unsafe bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        let port = UInt16(bigEndian: raw.sin6_port)
        // An IPv4 client of a socket that serves both families is an IPv4 client.
        if high == 0, UInt32(truncatingIfNeeded: low.bigEndian >> 32) == 0xffff {
          let v4 = UInt32(truncatingIfNeeded: low.bigEndian).bigEndian
          return SocketAddress(host: .v4(v4), port: port)
        }
        return SocketAddress(host: .v6(high, low, scope: raw.sin6_scope_id), port: port)
      default:
        return SocketAddress(host: .none, port: 0)
      }
    }
  }

  /// Calls `body` with the address as the kernel takes it.
  func withRaw<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    switch host {
    case .v4(let address):
      var raw = sockaddr_in()
      raw.sin_family = sa_family_t(AF_INET)
      raw.sin_port = port.bigEndian
      raw.sin_addr.s_addr = address
      return unsafe withUnsafePointer(to: &raw) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    case .v6(let high, let low, let scope):
      var raw = sockaddr_in6()
      raw.sin6_family = sa_family_t(AF_INET6)
      raw.sin6_port = port.bigEndian
      raw.sin6_scope_id = scope
      unsafe withUnsafeMutableBytes(of: &raw.sin6_addr) {
        unsafe $0.storeBytes(of: high, as: UInt64.self)
        unsafe $0.storeBytes(of: low, toByteOffset: 8, as: UInt64.self)
      }
      return unsafe withUnsafePointer(to: &raw) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
    case .local, .none:
      var raw = sockaddr()
      return unsafe body(&raw, 0)
    }
  }

  /// The address without its port: `192.168.122.1`, `fe80::1`, `-` where there is none.
  package var hostText: String {
    switch host {
    case .v4(let address):
      let bytes = UInt32(bigEndian: address)
      return "\(bytes >> 24).\(bytes >> 16 & 255).\(bytes >> 8 & 255).\(bytes & 255)"
    case .v6(let high, let low, _):
      var raw = (high, low)
      var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
      _ = unsafe inet_ntop(AF_INET6, &raw, &text, socklen_t(text.count))
      return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    case .local(let user):
      return "uid:\(user)"
    case .none:
      return "-"
    }
  }

  /// As in a URL: `192.168.122.1:4777`, `[fe80::1]:4777`.
  package var description: String {
    switch host {
    case .v4: "\(hostText):\(port)"
    case .v6: "[\(hostText)]:\(port)"
    case .local: hostText
    case .none: "-"
    }
  }
}

extension SocketAddress {
  /// Looks a host and a port up, as the system does.
  ///
  /// - Parameters:
  ///   - host: a name, or an address without brackets.
  ///   - service: a port's number or name.
  /// - Returns: every address, IPv4 first; none when the name is unknown.
  package static func resolve(host: String, service: String) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_PASSIVE
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, service, &hints, &list) == 0 else { return [] }
    defer { unsafe freeaddrinfo(list) }
    var found: [SocketAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      var storage = sockaddr_storage()
      unsafe withUnsafeMutableBytes(of: &storage) {
        unsafe $0.copyMemory(
          from: UnsafeRawBufferPointer(
            start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen)))
      }
      let address = SocketAddress(storage)
      if address.host != .none, !found.contains(address) { found.append(address) }
      unsafe next = entry.pointee.ai_next
    }
    return found.filter { !$0.isIPv6 } + found.filter(\.isIPv6)
  }
}

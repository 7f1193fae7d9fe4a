// boot-bench: where a server is.
// SPDX-License-Identifier: Apache-2.0

import System

/// A port on this machine: a value of this type can name no other.
struct Address: Equatable, Sendable, CustomStringConvertible {
  enum Host: Equatable, Sendable {
    /// 127.0.0.0/8, in the machine's byte order.
    case v4(UInt32)
    /// `::1`.
    case v6
  }

  let host: Host
  let port: UInt16

  static func local(port: UInt16) -> Address { Address(host: .v4(0x7f00_0001), port: port) }

  private init(host: Host, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `http://HOST[:PORT][/]`.
  ///
  /// - Throws: for every host that is not a loopback address: a benchmark is an attack elsewhere.
  init(url: String) throws(Failure) {
    var rest = Substring(url)
    guard rest.hasPrefix("http://") else { throw Failure("'\(url)' does not begin with http://") }
    rest = rest.dropFirst(7)
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    var name = rest
    var port: UInt16 = 80
    if let colon = rest.lastIndex(of: ":"), !rest.hasSuffix("]") {
      name = rest[..<colon]
      guard let number = UInt16(rest[rest.index(after: colon)...]), number > 0 else {
        throw Failure("'\(url)' has no port from 1 to 65535 behind its colon")
      }
      port = number
    }
    guard let host = Self.loopback(name) else {
      throw Failure("'\(url)': only loopback: 127.x.x.x, localhost or [::1], and no path")
    }
    self.init(host: host, port: port)
  }

  private static func loopback(_ name: Substring) -> Host? {
    if name == "localhost" { return .v4(0x7f00_0001) }
    if name == "[::1]" { return .v6 }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard parts.count == 4, parts[0] == 127 else { return nil }
    var number: UInt32 = 0
    for part in parts {
      guard let part else { return nil }
      number = number << 8 | UInt32(part)
    }
    return .v4(number)
  }

  /// As a Host header names it.
  var description: String { host == .v6 ? "[\(hostText)]:\(port)" : "\(hostText):\(port)" }

  /// Without the port.
  var hostText: String {
    switch host {
    case .v4(let number):
      [24, 16, 8, 0].map { "\(number >> $0 & 0xff)" }.joined(separator: ".")
    case .v6: "::1"
    }
  }

  /// The n-th of 200 addresses to come from, each with a port range of its own.
  ///
  /// - Returns: `nil` for IPv6, which has one loopback address only.
  func source(_ number: Int) -> Address? {
    if host == .v6 { return nil }
    return Address(host: .v4(0x7f00_0002 + UInt32(number % 200)), port: 0)
  }

  /// As sockets take it.
  var socketAddress: SocketAddress {
    switch host {
    case .v4(let number): SocketAddress(host: .v4(number.bigEndian), port: port)
    case .v6: SocketAddress(host: .v6(0, UInt64(1).bigEndian, scope: 0), port: port)
    }
  }

  /// A port of 127.0.0.1 that nobody listens on now.
  static func free() throws(Failure) -> Address {
    do throws(Errno) {
      let loopback = SocketAddress.loopback(port: 0)
      let listeners = try Listener.group(loopback, bothFamilies: false, count: 1)
      return local(port: listeners.first?.listener.localAddress.port ?? 0)
    } catch {
      throw Failure("bind 127.0.0.1", error)
    }
  }
}

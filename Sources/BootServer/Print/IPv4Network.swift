// BootServer/Print: the network that machines are on.
// SPDX-License-Identifier: Apache-2.0

/// An IPv4 network of 6 to 16,777,214 machines.
struct IPv4Network: Equatable, CustomStringConvertible {
  private let first: UInt32
  private let length: Int

  private var size: UInt32 { 1 << UInt32(32 - length) }

  private init(_ address: UInt32, length: Int) {
    self.length = length
    first = address & ~((1 << UInt32(32 - length)) - 1)
  }

  /// Reads `192.168.122.0/24`; the address of a machine in it will do.
  init(_ text: String) throws(UsageError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = Self.number(parts[0]), let length = Int(parts[1]),
      Self.lengths.contains(length)
    else {
      throw UsageError("'\(text)' is no IPv4 network from /8 to /29, such as 192.168.122.0/24")
    }
    self.init(address, length: length)
  }

  /// Room for machines beside the server, and no half of the Internet.
  private static let lengths = 8...29

  /// The network that an address is in; `nil` for anything but an IPv4 address, and where there is no room.
  init?(around address: String, length: Int = 24) {
    guard let address = Self.number(address[...]), Self.lengths.contains(length) else { return nil }
    self.init(address, length: length)
  }

  private static func number(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var number: UInt32 = 0
    for part in parts {
      guard part.allSatisfy(\.isASCII), let byte = UInt8(part), part.first != "+" else {
        return nil
      }
      number = number << 8 | UInt32(byte)
    }
    return number
  }

  private static func text(_ address: UInt32) -> String {
    [24, 16, 8, 0].map { String(address >> $0 & 255) }.joined(separator: ".")
  }

  /// `192.168.122.0/24`.
  var description: String { "\(address)/\(length)" }
  /// `192.168.122.0`.
  var address: String { Self.text(first) }
  /// `255.255.255.0`.
  var mask: String { Self.text(~(size - 1)) }
  /// `192.168.122.1`.
  var firstHost: String { Self.text(first + 1) }
  /// `192.168.122.254`.
  var lastHost: String { Self.text(first + size - 2) }

  func contains(_ text: String) -> Bool {
    Self.number(text[...]).map { $0 >= first && $0 - first < size } ?? false
  }

  /// What DHCP may give: of a /24 the addresses from 100 to 199, of others the same share; of one that is larger
  /// than a /16 that of the /16 with the server, for DHCP servers keep books on each address.
  ///
  /// - Parameter server: an address that stays out of it; the longer part beside it is left.
  func pool(without server: String) -> (first: String, last: String) {
    if length < 16 {
      let address = Self.number(server[...]).flatMap { contains(server) ? $0 : nil } ?? first
      return IPv4Network(address, length: 16).pool(without: server)
    }
    let share = UInt64(size)
    var (low, high) = (
      first + UInt32(share * 100 / 256), first + UInt32(share * 200 / 256) - 1
    )
    if let server = Self.number(server[...]), low <= server, server <= high {
      if server - low > high - server { high = server - 1 } else { low = server + 1 }
    }
    return (Self.text(low), Self.text(high))
  }
}

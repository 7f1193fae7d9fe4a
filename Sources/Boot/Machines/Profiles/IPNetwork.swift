// Boot/Machines/Profiles: networks.
// SPDX-License-Identifier: Apache-2.0

/// A network of IPv4 or IPv6, or one address.
package struct IPNetwork: Hashable, Sendable {
  /// What is not asked for is zero.
  private let bytes: [UInt8]
  let bits: Int

  /// `10.0.0.0/8`, `fd00::/8`, or an address alone; `nil` for what is none.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let bytes = Self.bytes(parts[0]) else { return nil }
    let all = bytes.count * 8
    guard parts.count == 2 else {
      (self.bytes, bits) = (bytes, all)
      return
    }
    guard let bits = Int(parts[1]), (0...all).contains(bits), !parts[1].hasPrefix("+") else {
      return nil
    }
    (self.bytes, self.bits) = (Self.masked(bytes, bits), bits)
  }

  /// The first bits of an address.
  func prefix(_ bits: Int) -> IPNetwork? {
    bits <= self.bits ? IPNetwork(bytes: Self.masked(bytes, bits), bits: bits) : nil
  }

  private init(bytes: [UInt8], bits: Int) {
    self.bytes = bytes
    self.bits = bits
  }

  private static func masked(_ bytes: [UInt8], _ bits: Int) -> [UInt8] {
    bytes.indices.map { index in
      let kept = min(max(bits - index * 8, 0), 8)
      return kept == 0 ? 0 : bytes[index] & (0xff << UInt8(8 - kept))
    }
  }

  /// Its bytes in network order, where it is one address: 4 or 16.
  package var address: [UInt8]? { bits == bytes.count * 8 ? bytes : nil }

  /// - Returns: the bits that were asked for; `Int.max` for a whole address.
  package func match(_ address: String) -> Int? {
    guard let other = Self.bytes(Substring(address)), other.count == bytes.count else { return nil }
    for bit in 0..<bits {
      let mask = UInt8(0x80) >> UInt8(bit % 8)
      if (bytes[bit / 8] ^ other[bit / 8]) & mask != 0 { return nil }
    }
    return bits == bytes.count * 8 ? Int.max : bits
  }

  private static func bytes(_ text: Substring) -> [UInt8]? {
    text.contains(":") ? ipv6(text) : ipv4(text)
  }

  private static func ipv4(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt8(part) : nil
    }
    return parts.count == 4 && bytes.count == 4 ? bytes : nil
  }

  private static func ipv6(_ text: Substring) -> [UInt8]? {
    func groups(_ text: Substring) -> [UInt16]? {
      if text.isEmpty { return [] }
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let values = parts.compactMap { $0.hasPrefix("+") ? nil : UInt16($0, radix: 16) }
      return values.count == parts.count ? values : nil
    }
    var all: [UInt16]
    if let gap = text.firstRange(of: "::") {
      guard let front = groups(text[..<gap.lowerBound]), let back = groups(text[gap.upperBound...]),
        front.count + back.count < 8
      else { return nil }
      all = front + Array(repeating: 0, count: 8 - front.count - back.count) + back
    } else {
      guard let whole = groups(text), whole.count == 8 else { return nil }
      all = whole
    }
    return all.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
  }
}

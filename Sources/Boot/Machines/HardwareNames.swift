// Boot/Machines: the two names that hardware has.
// SPDX-License-Identifier: Apache-2.0

/// An Ethernet address; written `52:54:00:12:34:56`, lower case.
package struct MACAddress: Hashable, Sendable, CustomStringConvertible {
  /// 48 bits.
  private let value: UInt64

  /// Reads twelve hexadecimal digits in pairs with `:` or `-`, in fours with `.`, or bare.
  ///
  /// - Returns: `nil` for anything else, and for what no card has: zeros, broadcast, multicast.
  package init?(_ text: some StringProtocol) {
    let separators: Set<Unicode.Scalar> = [":", "-", "."]
    let scalars = text.unicodeScalars
    let groups = scalars.split(omittingEmptySubsequences: false) { separators.contains($0) }
    let used = Set(scalars.filter { separators.contains($0) })
    let width = [1: 12, 3: 4, 6: 2][groups.count] ?? 0
    guard used.count <= 1, groups.allSatisfy({ $0.count == width }),
      let value = UInt64(String(groups.joined().map(Character.init)), radix: 16),
      !scalars.contains("+")
    else { return nil }
    let isMulticast = value >> 40 & 1 == 1
    guard value != 0, !isMulticast else { return nil }
    self.value = value
  }

  package var description: String { pairs.joined(separator: ":") }
  /// `52-54-00-12-34-56`, as iPXE's `:hexhyp` writes it and file names take it.
  package var dashed: String { pairs.joined(separator: "-") }

  private var pairs: [String] { HexText.bytes(of: value, count: 6).map(HexText.pair) }
}

/// A machine's UUID as its firmware tells it; written in lower case with dashes.
package struct MachineUUID: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  /// Reads 32 hexadecimal digits, with dashes or without.
  ///
  /// - Returns: `nil` for anything else, and for the ones that many boards share.
  package init?(_ text: some StringProtocol) {
    let groups = text.unicodeScalars.split(separator: "-", omittingEmptySubsequences: false)
    let widths = groups.map(\.count)
    guard widths == [8, 4, 4, 4, 12] || widths == [32], !text.contains("+") else { return nil }
    let digits = String(groups.joined().map(Character.init))
    guard let high = UInt64(digits.prefix(16), radix: 16),
      let low = UInt64(digits.dropFirst(16), radix: 16)
    else { return nil }
    self.high = high
    self.low = low
    guard !JunkIdentity.uuids.contains(description), !isOneByteRepeated else { return nil }
  }

  private var isOneByteRepeated: Bool {
    let byte = high >> 56
    return high == byte &* 0x0101_0101_0101_0101 && low == high
  }

  package var description: String {
    let digits = (HexText.bytes(of: high, count: 8) + HexText.bytes(of: low, count: 8))
      .map(HexText.pair).joined()
    var rest = Substring(digits)
    return [8, 4, 4, 4, 12].map { width -> Substring in
      defer { rest = rest.dropFirst(width) }
      return rest.prefix(width)
    }.joined(separator: "-")
  }
}

/// Hexadecimal digits, two a byte.
enum HexText {
  static func bytes(of value: UInt64, count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }

  static func pair(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  /// - Returns: `nil` where a digit is none, or one is missing.
  static func decoded(_ digits: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      guard digit < 0x80, let value = Character(Unicode.Scalar(digit)).hexDigitValue else {
        return nil
      }
      if let first = high {
        bytes.append(first << 4 | UInt8(value))
        high = nil
      } else {
        high = UInt8(value)
      }
    }
    return high == nil ? bytes : nil
  }
}

// BootServer/Storage/Journal: the checksum of a line.
// SPDX-License-Identifier: Apache-2.0

/// CRC-32C (RFC 3720, appendix B.4), four bytes a step.
enum CRC32C {
  /// `[256 * k + b]`: what byte `b` does to a sum that goes over `k` more bytes.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 4 * 256)
    for index in 0..<256 {
      var sum = UInt32(index)
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0x82f6_3b78 : 0) }
      table[index] = sum
    }
    for index in 256..<4 * 256 {
      let before = table[index - 256]
      table[index] = before >> 8 ^ table[Int(before & 0xff)]
    }
    return table
  }()

  /// The sum of `bytes`, going on from another sum.
  static func sum(_ bytes: ArraySlice<UInt8>, from start: UInt32 = 0) -> UInt32 {
    let table = table
    var sum = ~start
    var index = bytes.startIndex
    while bytes.endIndex - index >= 4 {
      sum ^=
        UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
        | UInt32(bytes[index + 3]) << 24
      sum =
        table[768 + Int(sum & 0xff)] ^ table[512 + Int(sum >> 8 & 0xff)]
        ^ table[256 + Int(sum >> 16 & 0xff)] ^ table[Int(sum >> 24)]
      index += 4
    }
    while index < bytes.endIndex {
      sum = sum >> 8 ^ table[Int((sum ^ UInt32(bytes[index])) & 0xff)]
      index += 1
    }
    return ~sum
  }
}

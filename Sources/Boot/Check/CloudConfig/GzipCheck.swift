// Boot/Check/CloudConfig: whether bytes are a gzip file.
// SPDX-License-Identifier: Apache-2.0

/// Unpacks a gzip file, all its members, to see whether it is whole (RFC 1952).
struct GzipCheck {
  private let bytes: [UInt8]
  private var index = 0

  /// Whether a reader would find nothing wrong.
  ///
  /// What becomes more than a hundred times as long is taken for whole, so that time stays linear.
  static func isWhole(_ bytes: [UInt8]) -> Bool {
    var check = GzipCheck(bytes: bytes)
    var room = bytes.count * 100
    do throws(Inflater.Stop) {
      repeat { try check.member(&room) } while check.index < bytes.count
      return true
    } catch {
      return error == .isLong
    }
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func member(_ room: inout Int) throws(Inflater.Stop) {
    try head()
    var inflater = Inflater(bytes, from: index, room: room)
    try inflater.run()
    index = inflater.index
    room -= inflater.output.count
    let sum = try number()
    let length = try number()
    guard sum == CRC32.sum(inflater.output),
      length == UInt32(truncatingIfNeeded: inflater.output.count)
    else { throw .isBroken }
  }

  /// Passes over a member's head (section 2.3).
  private mutating func head() throws(Inflater.Stop) {
    guard bytes[index...].starts(with: [0x1f, 0x8b, 8]), index + 10 <= bytes.count else {
      throw .isBroken
    }
    let flags = bytes[index + 3]
    index += 10
    if flags & 4 != 0 {
      guard index + 2 <= bytes.count else { throw .isBroken }
      index += 2 + Int(bytes[index]) + Int(bytes[index + 1]) << 8
    }
    for flag in [8, 16] as [UInt8] where flags & flag != 0 {
      guard index < bytes.count, let end = bytes[index...].firstIndex(of: 0) else {
        throw .isBroken
      }
      index = end + 1
    }
    if flags & 2 != 0 { index += 2 }
    guard index < bytes.count else { throw .isBroken }
  }

  private mutating func number() throws(Inflater.Stop) -> UInt32 {
    guard index + 4 <= bytes.count else { throw .isBroken }
    defer { index += 4 }
    return bytes[index..<index + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}

/// The check sum of RFC 1952 section 8.
enum CRC32 {
  private static let table = (0..<256 as Range<UInt32>).map { byte in
    (0..<8).reduce(byte) { value, _ in
      value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xedb8_8320
    }
  }

  static func sum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }
}

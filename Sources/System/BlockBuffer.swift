// System: bytes in pieces of any length, taken in blocks of one length.
// SPDX-License-Identifier: Apache-2.0

/// What a hash has not yet taken of its input: less than a block.
struct BlockBuffer: Sendable {
  private let blockSize: Int
  private var rest: [UInt8] = []
  private var total: UInt64 = 0

  /// - Parameter blockSize: bytes.
  init(blockSize: Int) {
    self.blockSize = blockSize
    rest.reserveCapacity(blockSize)
  }

  /// Hands on as many whole blocks as there are now.
  ///
  /// - Parameter process: gets the first block's place and how many follow each other there.
  mutating func take(
    _ bytes: ArraySlice<UInt8>, _ process: (UnsafePointer<UInt8>, Int) -> Void
  ) {
    total += UInt64(bytes.count)
    var bytes = bytes
    if !rest.isEmpty {
      let missing = bytes.prefix(blockSize - rest.count)
      rest += missing
      bytes = bytes.dropFirst(missing.count)
      guard rest.count == blockSize else { return }
      unsafe rest.withUnsafeBufferPointer {
        if let base = $0.baseAddress { unsafe process(base, 1) }
      }
      rest.removeAll(keepingCapacity: true)
    }
    let whole = bytes.count / blockSize
    unsafe bytes.withUnsafeBufferPointer {
      if let base = $0.baseAddress, whole > 0 { unsafe process(base, whole) }
    }
    rest += bytes.dropFirst(whole * blockSize)
  }

  /// What ends the input: one bit, zeros, and the input's length in bits (FIPS 180-4, section 5.1).
  ///
  /// - Parameter lengthBytes: how many bytes the length takes.
  func padding(lengthBytes: Int) -> [UInt8] {
    let used = rest.count + 1 + lengthBytes
    let zeros = (blockSize - used % blockSize) % blockSize + lengthBytes - 8
    let bits = total << 3
    return [0x80] + [UInt8](repeating: 0, count: zeros)
      + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
  }
}

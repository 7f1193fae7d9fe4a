// HTTP/Message: the lines of a head.
// SPDX-License-Identifier: Apache-2.0

/// The lines of a head, without their CRLF.
struct LineReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> ArraySlice<UInt8>? {
    guard position < bytes.count else { return nil }
    let start = position
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\r")) ?? bytes.count
    position = end + 2
    return bytes[start..<end]
  }
}

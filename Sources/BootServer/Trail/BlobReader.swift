// BootServer/Trail: contents of many files, one behind the other.
// SPDX-License-Identifier: Apache-2.0

/// Takes `git cat-file --batch` apart: a line with name, kind and size, the bytes, a line's end.
struct BlobReader {
  private var rest: [UInt8] = []
  private var start = 0

  mutating func append(_ piece: ArraySlice<UInt8>) {
    rest.removeFirst(start)
    start = 0
    rest += piece
  }

  enum Blob: Equatable {
    case bytes(ArraySlice<UInt8>)
    case missing
  }

  /// - Returns: `nil` until it is there as a whole.
  mutating func next() -> Blob? {
    let unread = rest[start...]
    guard let end = unread.firstIndex(of: 0x0a) else { return nil }
    let words = unread[..<end].split(separator: 0x20)
    guard words.count == 3, let size = Int(String(decoding: words[2], as: UTF8.self)) else {
      start = end + 1
      return .missing
    }
    guard rest.count > end + 1 + size else { return nil }
    start = end + size + 2
    return .bytes(rest[(end + 1)..<(end + 1 + size)])
  }
}

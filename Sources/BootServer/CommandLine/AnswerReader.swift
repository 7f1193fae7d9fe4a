// BootServer/CommandLine: an answer as curl hands it on.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Tells a head from its body, in pieces of any size: what curl's `include` prints.
struct AnswerReader {
  private static let maxHead = 64 << 10

  private var head: [UInt8] = []
  /// `nil` until the head is there.
  private(set) var status: Int?
  /// Whether the body has a length, or pieces that say which is the last.
  private(set) var isMeasured = false
  /// Whether this is no answer of HTTP.
  private(set) var isBroken = false

  /// Whether its reader wanted no more of it.
  var isStopped = false

  var isGood: Bool { status.map { (200..<300).contains($0) } ?? false }

  /// - Returns: the bytes of the body in this piece.
  mutating func append(_ piece: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    if status != nil || isBroken { return isBroken ? [] : piece }
    head += piece
    while let end = Self.end(of: head) {
      let lines = head[..<end].split(separator: 0x0a)
      let rest = head[end...]
      guard let line = lines.first, let code = Self.status(line) else {
        isBroken = true
        return []
      }
      head = Array(rest)
      if (100..<200).contains(code) { continue }
      status = code
      isMeasured = lines.contains { line in
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        return ASCII.equal(name, "content-length") || ASCII.equal(name, "transfer-encoding")
      }
      defer { head = [] }
      return head[...]
    }
    isBroken = head.count > Self.maxHead
    return []
  }

  /// Behind the first empty line.
  private static func end(of bytes: [UInt8]) -> Int? {
    var isEmpty = false
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case 0x0a where isEmpty: return index + 1
      case 0x0a: isEmpty = true
      case 0x0d: continue
      default: isEmpty = false
      }
    }
    return nil
  }

  /// `HTTP/1.1 200 OK`.
  private static func status(_ line: ArraySlice<UInt8>) -> Int? {
    let words = line.split { $0 == 0x20 || $0 == 0x0d }
    guard words.count >= 2, words[0].starts(with: "HTTP/".utf8), words[1].count == 3 else {
      return nil
    }
    return ASCII.number(words[1])
  }
}

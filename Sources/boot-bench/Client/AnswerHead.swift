// boot-bench: as much of an HTTP/1.1 answer as it takes to check one.
// SPDX-License-Identifier: Apache-2.0

/// The head of an answer: cheap to read, for the client shares its processors with the server.
struct AnswerHead: Equatable {
  var status = 0
  var contentLength = -1
  /// The server closes the connection behind this answer.
  var closes = false
  /// Bytes of the head itself, the empty line included.
  var length = 0

  /// - Returns: `nil` as long as the empty line has not come.
  init?(_ bytes: [UInt8], count: Int) {
    guard read(bytes.span.extracting(first: count)) else { return nil }
  }

  /// Walks the lines; of fields it looks at those that begin with a C only.
  private mutating func read(_ bytes: Span<UInt8>) -> Bool {
    var start = 0
    for index in bytes.indices where bytes[index] == 0x0a {
      let line = bytes.extracting(start..<index)
      if start == 0 && line.count >= 12 {
        status = Self.number(line.extracting(9..<12))
      } else if line.count <= 1 {
        length = index + 1
        return true
      } else if line[0] | 0x20 == UInt8(ascii: "c") {
        readField(line)
      }
      start = index + 1
    }
    return false
  }

  private mutating func readField(_ line: Span<UInt8>) {
    if Self.begins(line, with: "content-length:") {
      contentLength = Self.number(line.extracting(droppingFirst: 15))
    } else if Self.begins(line, with: "connection:") {
      // `close` has an S, `keep-alive` has none.
      for index in 11..<line.count where line[index] | 0x20 == UInt8(ascii: "s") { closes = true }
    }
  }

  /// - Parameter name: in lower case.
  private static func begins(_ line: Span<UInt8>, with name: String) -> Bool {
    let name = name.utf8.span
    guard line.count >= name.count else { return false }
    for index in name.indices where line[index] | 0x20 != name[index] | 0x20 { return false }
    return true
  }

  private static func number(_ digits: Span<UInt8>) -> Int {
    var number = 0
    for index in digits.indices where digits[index] >= 0x30 && digits[index] <= 0x39 {
      number = number &* 10 &+ Int(digits[index] - 0x30)
    }
    return number
  }
}

// BootServerTests: answers in pieces.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BootServer

@Suite("An answer that curl hands on")
struct AnswerReaderTests {
  static func read(_ text: String, piece: Int) -> (AnswerReader, String) {
    var reader = AnswerReader()
    var body: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      body += reader.append(rest.prefix(piece))
      rest = rest.dropFirst(piece)
    }
    return (reader, String(decoding: body, as: UTF8.self))
  }

  @Test(arguments: [1, 2, 7, 1000])
  func `is a status and a body, however it is cut`(piece: Int) {
    let (reader, body) = Self.read(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\na\r\n\r\nb",
      piece: piece)
    #expect(reader.status == 200 && reader.isGood && reader.isMeasured && body == "a\r\n\r\nb")
  }

  @Test(arguments: [
    ("HTTP/1.0 503 Busy\n\nlater", 503, "later"), ("HTTP/2 404 \r\nserver: x\r\n\r\n", 404, ""),
  ])
  func `may be an error, of any version`(text: String, status: Int, body: String) {
    let (reader, got) = Self.read(text, piece: 3)
    #expect(reader.status == status && !reader.isGood && !reader.isMeasured && got == body)
  }

  @Test(arguments: [
    ("SSH-2.0-x", 0), ("HTTP/1.1 20 OK", 0), ("HTTP/1.1", 0), ("HTTP/1.1 2x0", 0),
    ("HTTP/1.1 200 OK", 20000),
  ])
  func `is refused where it is none, or its head has no end`(line: String, fields: Int) {
    let text = line + String(repeating: "\r\nx: y", count: fields) + "\r\n\r\n"
    let (reader, body) = Self.read(text, piece: 5000)
    #expect(reader.isBroken && reader.status == nil && body.isEmpty)
  }
}

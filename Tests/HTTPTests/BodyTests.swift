// HTTPTests: request bodies and requests behind one another.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Testing

/// Reads requests from pieces of bytes, as a connection does.
struct Feed {
  var reader = RequestReader(limits: MessageLimits())
  var input: [UInt8] = []
  var requests: [(path: String, body: String, isUnread: Bool)] = []
  var continues = 0

  mutating func feed(_ text: String, policy: BodyPolicy = .collect) throws {
    try feed(Array(text.utf8)[...], policy: policy)
  }

  mutating func feed(_ bytes: ArraySlice<UInt8>, policy: BodyPolicy = .collect) throws {
    input += bytes
    var rest = input[...]
    while true {
      switch try reader.next(&rest, policy: { _ in policy }) {
      case .needsMore:
        input = Array(rest)
        return
      case .sendContinue: continues += 1
      case .request(let head, let body, let isUnread):
        requests.append(
          (
            String(decoding: head.path, as: UTF8.self), String(decoding: body, as: UTF8.self),
            isUnread
          ))
        if isUnread { return }
      }
    }
  }
}

@Suite("A request body")
struct BodyTests {
  static let post = "POST /a HTTP/1.1\r\nHost: h\r\n"
  static let chunks = "5\r\nhello\r\n6;x=\"y\"\r\n world\r\n0\r\nTrailer: t\r\n\r\n"

  @Test func `is as long as it says, and the next request follows`() throws {
    var feed = Feed()
    try feed.feed("\(Self.post)Content-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(feed.requests.map(\.path) == ["/a", "/b"])
    #expect(feed.requests.map(\.body) == ["hello", ""])
  }

  @Test func `comes in chunks, cut anywhere`() throws {
    let text = Array("\(Self.post)Transfer-Encoding: Chunked\r\n\r\n\(Self.chunks)".utf8)
    for cut in 0..<text.count {
      var feed = Feed()
      try feed.feed(text[..<cut])
      try feed.feed(text[cut...])
      #expect(feed.requests.map(\.body) == ["hello world"])
    }
  }

  @Test func `may come in many small chunks`() throws {
    var feed = Feed()
    let chunks = String(repeating: "40 ;x\r\n\(String(repeating: "a", count: 64))\r\n", count: 8000)
    try feed.feed("\(Self.post)Transfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n")
    #expect(feed.requests.map(\.body.utf8.count) == [512_000])
  }

  @Test func `is dropped where nobody wants it`() throws {
    var feed = Feed()
    try feed.feed("\(Self.post)Content-Length: 5\r\n\r\nhello", policy: .discard)
    #expect(feed.requests.map(\.body) == [""])
  }

  @Test func `is left unread where it is refused`() throws {
    var feed = Feed()
    try feed.feed("\(Self.post)Content-Length: 5\r\n\r\n", policy: .refuse)
    #expect(feed.requests.map(\.isUnread) == [true])
  }

  @Test func `is waited for with 100 Continue, once`() throws {
    var feed = Feed()
    try feed.feed("\(Self.post)Content-Length: 5\r\nExpect: 100-Continue\r\n\r\n")
    #expect(feed.continues == 1 && feed.requests.isEmpty)
    try feed.feed("hello")
    #expect(feed.continues == 1 && feed.requests.map(\.body) == ["hello"])
  }

  @Test func `needs no 100 Continue when it is there already`() throws {
    var feed = Feed()
    try feed.feed("\(Self.post)Content-Length: 2\r\nExpect: 100-continue\r\n\r\nhi")
    #expect(feed.continues == 0 && feed.requests.map(\.body) == ["hi"])
  }

  @Test(arguments: [
    "Content-Length: 1048577\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n100001\r\n" + String(repeating: "x", count: 1_048_577),
    "Transfer-Encoding: chunked\r\n\r\n1;" + String(repeating: "x", count: 70000),
  ])
  func `is refused with 413 beyond its limit`(rest: String) {
    var feed = Feed()
    #expect { try feed.feed(Self.post + rest) } throws: {
      ($0 as? Refusal)?.status == .contentTooLarge
    }
  }

  @Test(arguments: [
    "x\r\n", "5\nhello", "5\r\nhelloX", "5\r\nhello\n", "\r\n", " 5\r\n", "-1\r\n", "0x5\r\n",
    "fffffffffffffffff\r\n", "0\r\nbad\u{1}\r\n", "0\r\n\n", "5 5\r\nhello", "5 zz\r\n",
    "0\r\nbad trailer\r\n", "0\r\n:x\r\n",
  ])
  func `is refused when a chunk is malformed`(chunks: String) {
    var feed = Feed()
    #expect { try feed.feed("\(Self.post)Transfer-Encoding: chunked\r\n\r\n\(chunks)") } throws: {
      ($0 as? Refusal)?.status == .badRequest
    }
  }
}

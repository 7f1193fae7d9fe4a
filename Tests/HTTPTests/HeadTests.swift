// HTTPTests: request heads.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Testing

/// Scans and parses a head given whole; `nil` while it is not complete.
func head(_ text: String, limits: MessageLimits = MessageLimits()) throws -> RequestHead? {
  try head(Array(text.utf8), limits: limits)
}

func head(_ bytes: [UInt8], limits: MessageLimits = MessageLimits()) throws -> RequestHead? {
  var scanner = HeadScanner(limits: limits)
  guard let end = try scanner.scan(bytes[...]) else { return nil }
  return try RequestHead(parsing: Array(bytes[scanner.leadingBytes..<end]))
}

/// The status a head is refused with; 0 when it is taken.
func refusal(_ text: String) throws -> Int {
  do {
    _ = try #require(try head(text), "the head never ends")
    return 0
  } catch let refusal as Refusal {
    return refusal.status.rawValue
  }
}

@Suite("A request head")
struct HeadTests {
  @Test func `is taken apart`() throws {
    let head = try #require(
      try head("GET /a%20b?profile=x&y HTTP/1.1\r\nHost: h:4777\r\nRange:  bytes=0-1\t\r\n\r\n"))
    #expect(head.method == .get)
    #expect(head.path.elementsEqual("/a%20b".utf8))
    #expect(head.query?.elementsEqual("profile=x&y".utf8) == true)
    #expect(head.authority.elementsEqual("h:4777".utf8))
    #expect(head.first(.range)?.elementsEqual("bytes=0-1".utf8) == true)
    #expect(head.keepsAlive && head.isHTTP11 && head.framing == .length(0))
  }

  @Test(arguments: [
    ("GET /?profile=x HTTP/1.1", "/", "profile=x", "h"),
    ("GET /? HTTP/1.1", "/", "", "h"),
    ("GET http://o:80/p?q HTTP/1.1", "/p", "q", "o:80"),
    ("GET HTTP://o?profile=x HTTP/1.1", "/", "profile=x", "o"),
    ("GET /a?b?c HTTP/1.1", "/a", "b?c", "h"),
    ("GET /[]{}|^\\`<>\" HTTP/1.1", "/[]{}|^\\`<>\"", nil, "h"),
    ("OPTIONS * HTTP/1.1", "*", nil, "h"),
  ])
  func `reads every form of target`(line: String, path: String, query: String?, host: String) throws
  {
    let head = try #require(try head("\(line)\r\nHost: h\r\n\r\n"))
    #expect(String(decoding: head.path, as: UTF8.self) == path)
    #expect(head.query.map { String(decoding: $0, as: UTF8.self) } == query)
    #expect(String(decoding: head.authority, as: UTF8.self) == host)
  }

  @Test(arguments: [
    ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
    ("HTTP/1.1", "Connection: x, CLOSE\r\n", false), ("HTTP/1.0", "", false),
    ("HTTP/1.0", "Connection: Keep-Alive\r\n", true), ("HTTP/1.7", "", true),
  ])
  func `says whether the connection stays`(version: String, field: String, stays: Bool) throws {
    let head = try #require(try head("GET / \(version)\r\nHost: h\r\n\(field)\r\n"))
    #expect(head.keepsAlive == stays)
  }

  @Test(arguments: [
    "GET / HTTP/1.1\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\n\n", "GET / HTTP/1.1\r\nHo\rst: h\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\n: v\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", "GET /\r\nHost: h\r\n\r\n",
    "GET / http/1.1\r\nHost: h\r\n\r\n",
    "GET / HTTP/11\r\nHost: h\r\n\r\n", "G(T / HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET x HTTP/1.1\r\nHost: h\r\n\r\n", "GET * HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", "GET http:// HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a;reboot\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: ${x}\r\n\r\n", "GET / HTTP/1.1\r\nHost: h:99999\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n",
  ])
  func `is refused with 400 when two readers could read it differently`(text: String) throws {
    #expect(try refusal(text) == 400)
  }

  @Test(arguments: [
    ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505), ("GET / HTTP/0.9\r\nHost: h\r\n\r\n", 505),
    ("GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
    ("GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n", 501),
    ("GET / HTTP/1.1\r\nHost: h\r\nExpect: 200-ok\r\n\r\n", 417),
    ("GET /\(String(repeating: "a", count: 16384)) HTTP/1.1\r\nHost: h\r\n\r\n", 414),
    ("GET / HTTP/1.1\r\nA: \(String(repeating: "a", count: 65536))\r\n\r\n", 431),
    ("GET / HTTP/1.1\r\nHost: h\r\n\(String(repeating: "A: b\r\n", count: 256))\r\n", 431),
    ("GET / HTTP/1.1\r\nHost: h\r\n\(String(repeating: "A: b\r\n", count: 255))\r\n", 0),
    ("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 0), ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 0),
    ("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 0), ("GET / HTTP/1.0\r\n\r\n", 0),
    ("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", 0),
  ])
  func `has a status for each limit`(text: String, status: Int) throws {
    #expect(try refusal(text) == status)
  }

  @Test func `parses the same however it is cut`() throws {
    let texts = [
      "\r\nGET /x?profile=a HTTP/1.1\r\nHost: h:1\r\nIf-Range: \"x\"\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: h\n\r\n", "GET /\u{1} HTTP/1.1\r\n\r\n",
    ]
    for text in texts {
      let bytes = Array(text.utf8)
      let whole = Result { try head(bytes)?.path }
      for cut in 1..<bytes.count {
        var scanner = HeadScanner(limits: MessageLimits())
        let result = Result { () throws -> ArraySlice<UInt8>? in
          if let end = try scanner.scan(bytes[..<cut]) {
            return try RequestHead(parsing: Array(bytes[scanner.leadingBytes..<end])).path
          }
          guard let end = try scanner.scan(bytes[...]) else { return nil }
          return try RequestHead(parsing: Array(bytes[scanner.leadingBytes..<end])).path
        }
        #expect("\(result)" == "\(whole)")
      }
    }
  }
}

@Suite("An authority")
struct AuthorityTests {
  @Test(arguments: [
    "h", "boot.example.org:4777", "10.0.0.1", "[::1]", "[fe80::1]:4777", "a_b-c~d", "h:",
    "[fe80::1%25net0]", "[fe80::1%25en-p3.s0]:4777",
  ])
  func `is a host and a port`(text: String) { #expect(Authority.isValid(text)) }

  @Test(arguments: [
    "", ":80", "h:x", "h:1:2", "::1", "[::1", "[]", "[x]", "[::1]x", "a b", "a/b", "a@b", "a%20b",
    "a;b", "a'b", "h:70000", "é",
    "[fe80::1%net0]", "[fe80::1%25]", "[fe80::1%25a]b]", "[fe80::1%25;x]", "[%25net0]",
    "[fe80::1%25a%25b]",
  ])
  func `is nothing else`(text: String) { #expect(!Authority.isValid(text)) }
}

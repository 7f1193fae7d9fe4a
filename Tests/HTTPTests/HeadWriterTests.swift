// HTTPTests: the head of an answer.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HTTP

@Suite("The head of an answer")
struct HeadWriterTests {
  static let second = 784_111_777
  static let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

  static func head(
    _ response: Response, length: Int64 = 0, isHTTP11: Bool = true, closes: Bool = false
  ) -> String {
    var writer = HeadWriter()
    var bytes: [UInt8] = []
    writer.append(
      response, contentLength: length, request: (isHTTP11, closes), now: second, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: [
    (Status.ok, Int64(0), "Content-Length: 0\r\n"),
    (.ok, 5_000_000_000, "Content-Length: 5000000000\r\n"),
    (.notFound, 19, "Content-Length: 19\r\n"), (.movedPermanently, 0, "Content-Length: 0\r\n"),
    // RFC 9110 section 8.6: they have none, and a length would be about another answer.
    (.noContent, 0, ""), (.notModified, 0, ""),
  ])
  func `says the length of whatever may have content`(status: Status, length: Int64, line: String) {
    #expect(
      Self.head(Response(status), length: length)
        == "HTTP/1.1 \(status.rawValue) \(status.reason)\r\n\(Self.date)\(line)\r\n")
  }

  @Test(arguments: [
    (true, false, ""), (true, true, "Connection: close\r\n"),
    (false, true, "Connection: close\r\n"), (false, false, "Connection: keep-alive\r\n"),
  ])
  func `says what becomes of the connection where that is not plain`(
    isHTTP11: Bool, closes: Bool, line: String
  ) {
    let head = Self.head(Response(.noContent), isHTTP11: isHTTP11, closes: closes)
    #expect(head == "HTTP/1.1 204 No Content\r\n\(Self.date)\(line)\r\n")
  }

  @Test func `has a new date in each second, and none before`() {
    var writer = HeadWriter()
    // A leap day ends, and the clock is set back.
    for (second, text) in [
      (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
      (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
      (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
    ] {
      var bytes: [UInt8] = []
      writer.append(
        Response(.noContent), contentLength: 0, request: (true, false), now: second, to: &bytes)
      #expect(String(decoding: bytes, as: UTF8.self).contains("Date: \(text)\r\n"))
    }
  }

  @Test func `cannot be given another field by a value`() {
    var response = Response(.found)
    response.add("Location", "/a\r\nSet-Cookie: x\u{0}\u{7f}\ty")
    #expect(
      Self.head(response)
        == "HTTP/1.1 302 Found\r\n\(Self.date)Location: /aSet-Cookie: xy\r\nContent-Length: 0\r\n\r\n"
    )
  }

  @Test func `says once who may keep the answer, and what came first`() {
    var response = Response(.ok)
    response.setCaching("no-store")
    response.setCaching("public, max-age=60")
    #expect(response.saysCaching)
    #expect(String(decoding: response.fields, as: UTF8.self) == "Cache-Control: no-store\r\n")
  }

  @Test func `of a refusal is one line that is not guessed at`() {
    let response = Response.refusal(.headTooLarge(limit: 9))
    let line = "the request head is longer than 9 bytes\n"
    #expect(response.status == .headTooLarge && response.contentLength == Int64(line.utf8.count))
    #expect(String(decoding: response.fields, as: UTF8.self).contains("nosniff"))
    let stuck = Response.refusal(.stuck)
    #expect(stuck.status == .serviceUnavailable)
    #expect(String(decoding: stuck.fields, as: UTF8.self).contains("Retry-After: 10\r\n"))
  }
}

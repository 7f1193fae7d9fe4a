// HTTPTests: dates, preconditions, content types, listings.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Testing

@Suite("A date")
struct HTTPDateTests {
  @Test(arguments: [
    (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
    (1_403_179_200, "Thu, 19 Jun 2014 12:00:00 GMT"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
  ])
  func `is written and read`(seconds: Int, text: String) {
    #expect(HTTPDate.format(seconds) == text)
    #expect(HTTPDate.parse(text.utf8) == seconds)
  }

  @Test(arguments: [Int.min, Int.max]) func `has four digits for its year, always`(seconds: Int) {
    #expect(HTTPDate.format(seconds).utf8.count == 29)
  }

  @Test(arguments: ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
  func `is read in its old forms (RFC 9110 section 5.6.7)`(text: String) {
    #expect(HTTPDate.parse(text.utf8) == 784_111_777)
  }

  @Test(arguments: [
    "", "x", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Foo 1994 08:49:37 GMT",
    "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
    "Sun, 06 Nov 1994 25:00:00 GMT",
  ])
  func `is ignored when it is none`(text: String) { #expect(HTTPDate.parse(text.utf8) == nil) }
}

@Suite("Preconditions, in the order of RFC 9110 section 13.2.2")
struct PreconditionsTests {
  static let file = Preconditions(entityTag: Array("\"t\"".utf8), modified: 784_111_777)
  static let same = "Sun, 06 Nov 1994 08:49:37 GMT"
  static let before = "Sun, 06 Nov 1994 08:49:36 GMT"

  @Test(arguments: [
    ("If-None-Match: \"t\"", Preconditions.Verdict.notModified),
    ("If-None-Match: W/\"t\"", .notModified), ("If-None-Match: \"x\", \"t\"", .notModified),
    ("If-None-Match: *", .notModified), ("If-None-Match: \"x\"", .proceed),
    ("If-None-Match: t", .proceed), ("If-Match: \"t\"", .proceed), ("If-Match: *", .proceed),
    ("If-Match: W/\"t\"", .failed), ("If-Match: \"x\"", .failed),
    ("If-Modified-Since: \(same)", .notModified), ("If-Modified-Since: \(before)", .proceed),
    ("If-Modified-Since: rubbish", .proceed), ("If-Unmodified-Since: \(same)", .proceed),
    ("If-Unmodified-Since: \(before)", .failed),
    ("If-None-Match: \"x\"\r\nIf-Modified-Since: \(same)", .proceed),
    ("If-Match: \"t\"\r\nIf-Unmodified-Since: \(before)", .proceed),
    ("If-Match: \"x\"\r\nIf-None-Match: \"t\"", .failed),
    ("If-None-Match: \"a\"\r\nIf-None-Match: \"t\"", .notModified),
  ])
  func `give this verdict`(fields: String, verdict: Preconditions.Verdict) throws {
    let head = try #require(try head("GET / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\r\n"))
    #expect(Self.file.verdict(for: head) == verdict)
  }

  @Test(arguments: [
    ("\"t\"", true), ("\"x\"", false), ("W/\"t\"", false), (same, true), (before, false),
    ("x", false),
  ])
  func `let a range apply only to the same file`(value: String, applies: Bool) throws {
    let head = try #require(try head("GET / HTTP/1.1\r\nHost: h\r\nIf-Range: \(value)\r\n\r\n"))
    #expect(Self.file.rangeApplies(for: head) == applies)
  }
}

@Suite("A content type")
struct ContentTypeTests {
  @Test(arguments: [
    (".yml", "application/x-yaml"), (".gz", "application/gzip"), (".json", "application/json"),
    (".ign", "application/vnd.coreos.ignition+json"), (".txt", "text/plain; charset=utf-8"),
  ])
  func `goes by the extension`(fileExtension: String, type: String) {
    #expect(ContentType.named(fileExtension) == type)
  }

  @Test(arguments: [
    ("#!ipxe\n", "text/plain; charset=utf-8"), ("", "text/plain; charset=utf-8"),
    ("a\u{0}b", "application/octet-stream"), ("  <HTML>", "text/html; charset=utf-8"),
    ("<bogus>", "text/plain; charset=utf-8"), ("%PDF-1", "application/pdf"),
    ("\u{1}", "application/octet-stream"), ("\u{1b}[0m", "text/plain; charset=utf-8"),
  ])
  func `else by the first bytes`(start: String, type: String) {
    #expect(ContentType.sniffed(Array(start.utf8)) == type)
  }
}

@Suite("A directory listing")
struct DirectoryListingTests {
  @Test func `escapes names as the original did`() {
    let entries = [
      DirectoryEntry(name: Array("a b&'\"<>.yml".utf8), isDirectory: false),
      DirectoryEntry(name: Array("c:d$+,;=@~".utf8), isDirectory: false),
      DirectoryEntry(name: Array("sub".utf8), isDirectory: true),
      DirectoryEntry(name: [0xff, 0x3f], isDirectory: false),
    ]
    var expected = Array(
      """
      <pre>
      <a href="a%20b&%27%22%3C%3E.yml">a b&amp;&#39;&#34;&lt;&gt;.yml</a>
      <a href="./c:d$+,;=@~">c:d$+,;=@~</a>
      <a href="sub/">sub/</a>
      <a href="%FF%3F">
      """.utf8)
    expected += [0xff, 0x3f] + Array("</a>\n</pre>\n".utf8)
    #expect(DirectoryListing.page(entries) == expected)
  }
}

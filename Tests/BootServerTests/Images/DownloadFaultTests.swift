// BootServerTests: what an upstream can do wrong, and what is said then.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("A download that goes wrong", .waits)
struct DownloadFaultTests {
  @Test(arguments: [(404, 1), (403, 1), (500, 3), (503, 3), (429, 3), (204, 1)])
  func `says the status, and is tried again where that may help`(status: Int, tries: Int) throws {
    let fetching = try Fetching()
    let upstream = try Upstream { _ in
      Upstream.Reply(status, fields: ["Content-Type: text/html"])
    }
    let text = try fetching.failure(upstream)?.description ?? ""
    #expect(
      text.hasPrefix("\(upstream.base)/kernel is answered with status \(status) (text/html); "))
    #expect(upstream.requests().count == tries)
    #expect(fetching.kernel == nil)
  }

  @Test func `ends after so many seconds without a byte`() throws {
    var fetching = try Fetching()
    fetching.policy.pauses = []
    fetching.policy.idleSeconds = 1
    let upstream = try Upstream { .file(Fetching.content, for: $0).cut(1000, .hang) }
    let start = Date()
    #expect(
      try fetching.failure(upstream)?.description
        == "\(upstream.base)/kernel sent nothing for 1 s; the next try goes on where this one ended"
    )
    #expect(-start.timeIntervalSinceNow < 5 && fetching.part?.count == 1000)
  }

  @Test func `is refused before a byte is written when the disk cannot take it`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      var reply = Upstream.Reply.file(Fetching.content, for: request).cut(1000, .hang)
      reply.length = 3_000_000_000_000
      return reply
    }
    let text = try fetching.failure(upstream)?.description ?? ""
    #expect(text.contains("needs 3.0 TB and the disk has "))
    #expect(fetching.part?.isEmpty == true && upstream.requests().count == 1)
  }

  @Test func `is refused at once when its size is not the one that is known`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { .file(Fetching.content, for: $0) }
    var download = try Fetching.download(upstream)
    download.size = 300_001
    let failure = #expect(throws: DownloadError.self) {
      try fetching.downloader().file(download, in: fetching.place)
    }
    #expect(
      failure
        == .wrongSize(
          url: "\(upstream.base)/kernel", expected: 300_001, got: 300_000,
          contentType: "application/octet-stream"))
  }

  @Test func `ends when more comes than is known to be there`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      var reply = Upstream.Reply(200, Data(count: 5_000_000))
      reply.length = nil
      return reply
    }
    var download = try Fetching.download(upstream)
    download.size = 1000
    let failure = #expect(throws: DownloadError.self) {
      try fetching.downloader().file(download, in: fetching.place)
    }
    guard case .wrongSize(_, 1000, let got, _) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(got < 1_000_000)
  }

  @Test func `goes never from https to http`() throws {
    #expect(try DownloadURL("https://a").protocols == "=https")
    #expect(try DownloadURL("HTTP://a").protocols == "=http,https")
  }

  @Test func `names both digests, and keeps nothing`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { _ in
      Upstream.Reply(200, Data("<html>".utf8), fields: ["Content-Type: text/html", "ETag: \"1\""])
    }
    let got = SHA256.hex(of: Array("<html>".utf8))
    #expect(
      try fetching.failure(upstream, sha256: Fetching.sha256)?.description
        == "\(upstream.base)/kernel has SHA-256 \(got) (text/html) and should have "
        + "\(Fetching.sha256); nothing was changed")
    #expect(fetching.kernel == nil && fetching.part == nil && upstream.requests().count == 1)
  }

  @Test func `follows no circle`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { _ in Upstream.Reply(302, fields: ["Location: /kernel"]) }
    #expect(
      try fetching.failure(upstream)?.description
        == "\(upstream.base)/kernel cannot be fetched: it redirects in a circle, or too often")
    #expect(upstream.requests().count == 6)
  }

  @Test(arguments: ["file:///etc/hostname", "ftp://127.0.0.1/a", "gopher://127.0.0.1/a"])
  func `follows no redirect out of HTTP`(target: String) throws {
    let fetching = try Fetching()
    let upstream = try Upstream { _ in Upstream.Reply(302, fields: ["Location: \(target)"]) }
    let text = try fetching.failure(upstream)?.description ?? ""
    #expect(text.contains("cannot be fetched: it redirects to what is not followed"))
    #expect(fetching.kernel == nil)
  }

  @Test func `says that nobody listens, after its tries`() throws {
    let fetching = try Fetching()
    let url = try DownloadURL("http://user:secret@127.0.0.1:\(BoundSocket.freePort())/kernel")
    let download = Download(url, to: try #require(RelativePath("kernel".utf8)))
    let failure = #expect(throws: DownloadError.self) {
      try fetching.downloader().file(download, in: fetching.place)
    }
    let text = failure?.description ?? ""
    #expect(text.contains("connect") && text.hasPrefix("http://127.0.0.1:"))
    #expect(!text.contains("secret"))
  }

  @Test func `ends soon when nobody wants it any more`() throws {
    var fetching = try Fetching()
    let hasBegun = Locked(false)
    fetching.isUnwanted = { hasBegun.withLock { $0 } }
    let upstream = try Upstream { request in
      hasBegun.withLock { $0 = true }
      return .file(Fetching.content, for: request).cut(1000, .hang)
    }
    #expect(try fetching.failure(upstream) == .stopped)
  }

  @Test func `is said in one sentence when its folder cannot be written`() throws {
    let fetching = try Fetching()
    try fetching.directory.write("parts/kernel.part/", "")
    let upstream = try Upstream { .file(Fetching.content, for: $0) }
    #expect(try fetching.failure(upstream)?.description == "cannot write kernel: Is a directory")
  }

  @Test(arguments: [
    "kernel", "ftp://a/b", "https://", "http://a/b c", "http://a/\"", "http://a/\u{e4}",
    "file:///a",
  ])
  func `is refused where the address is none`(text: String) {
    #expect(throws: DownloadError.self) { try DownloadURL(text) }
  }
}

@Suite("What is known of an answer before its bytes")
struct ResponseHeadTests {
  private static func head(_ text: String, url: String = "http://a") -> ResponseHead {
    ResponseHead(dump: Array(text.utf8), url: url)
  }

  @Test func `is that of the last of several heads`() {
    let head = Self.head(
      "HTTP/1.1 302 Found\r\nContent-Length: 5\r\nRetry-After: 3\r\nLocation: /b\r\n\r\n"
        + "HTTP/2 206 \r\ncontent-range: bytes 5-9/10\r\netag: \"x\"\r\n"
        + "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n")
    #expect(head.status == 206 && head.length == nil && head.retryAfter == nil)
    #expect(head.range == ResponseHead.Part(first: 5, total: 10) && head.validator == "\"x\"")
  }

  @Test(arguments: [
    ("https://a", "http://b", true), ("https://a", "https://b", false), ("https://a", "/b", false),
    ("http://a", "http://b", false), ("http://a", "https://b", false),
  ])
  func `says whether a redirect gave security up`(from: String, to: String, isLess: Bool) {
    let dump = "HTTP/1.1 301 M\r\nLocation: \(to)\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
    #expect(Self.head(dump, url: from).isLessSecure == isLess)
    let later =
      "HTTP/1.1 301 M\r\nlocation: https://c\r\n\r\nHTTP/1.1 301 M\r\n"
      + "location: http://d\r\n\r\n"
    #expect(Self.head(later, url: "http://a").isLessSecure)
  }

  @Test(arguments: [
    "Content-Length: -1", "Content-Length: x", "Content-Range: bytes */5",
    "Content-Range: lines 1-2/3",
    "ETag: W/\"1\"",
  ])
  func `is nothing where a field makes no sense`(field: String) {
    #expect(Self.head("HTTP/1.1 200 OK\r\n\(field)\r\n") == Self.head("HTTP/1.1 200 OK\r\n"))
  }
}

@Suite("The policy of downloads")
struct DownloadPolicyTests {
  private static func answered(_ status: Int, retryAfter: Int? = nil) -> DownloadError {
    .answered(url: "u", status: status, contentType: nil, retryAfter: retryAfter)
  }

  @Test func `pauses longer each time, and then gives up`() {
    let policy = DownloadPolicy()
    let error = DownloadError.unreachable(url: "u", reason: "r")
    #expect((1...4).map { policy.pause(after: error, failed: $0) } == [1000, 4000, 15000, nil])
    #expect(policy.pause(after: Self.answered(404), failed: 1) == nil)
  }

  @Test func `does as an upstream asks, within reason`() {
    let policy = DownloadPolicy()
    #expect(policy.pause(after: Self.answered(503, retryAfter: 5), failed: 1) == 5000)
    #expect(policy.pause(after: Self.answered(503, retryAfter: 0), failed: 1) == 1000)
    #expect(policy.pause(after: Self.answered(503, retryAfter: 99999), failed: 1) == 60000)
  }

  @Test func `gives no credit for a short file`() {
    var budget = ByteBudget(bytesPerSecond: 400_000)
    let now = Instant(nanoseconds: 1_000_000_000_000)
    #expect(budget.book(2_000_000, now: now) == now.advanced(seconds: 5))
    #expect(budget.book(400_000, now: now.advanced(seconds: 1)) == now.advanced(seconds: 6))
    // What was not used is lost.
    let later = now.advanced(seconds: 100)
    #expect(budget.book(400_000, now: later) == later.advanced(seconds: 1))
  }

  @Test(arguments: [
    (0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (1_449_000, "1.4 MB"),
    (999_960, "1.0 MB"), (3_000_000_000_000, "3.0 TB"),
  ])
  func `writes sizes as people read them`(bytes: Int64, text: String) {
    #expect(ByteText.of(bytes) == text)
  }
}

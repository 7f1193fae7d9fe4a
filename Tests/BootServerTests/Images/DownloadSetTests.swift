// BootServerTests: several files and small texts.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("Several files", .waits)
struct DownloadSetTests {
  private static func downloads(_ upstream: Upstream, _ count: Int) throws -> [Download] {
    try (0..<count).map { try Fetching.download(upstream, "file\($0)") }
  }

  @Test func `come together, in their order`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { .file(Data($0.path.utf8), for: $0) }
    let fetched = try DownloadSet.fetch(
      Self.downloads(upstream, 9), in: fetching.place, by: fetching.downloader())
    #expect(fetched.map(\.file.text) == (0..<9).map { "file\($0)" })
    #expect(fetched.map(\.sha256) == (0..<9).map { SHA256.hex(of: Array("/file\($0)".utf8)) })
  }

  /// Each waits for the others, so it ends only if so many come at once, and no more.
  @Test func `come as many at once as there may be connections`() throws {
    var fetching = try Fetching()
    fetching.policy.connections = 3
    let (now, most, gate) = (Locked(0), Locked(0), DispatchSemaphore(value: 0))
    let upstream = try Upstream { request in
      let count = now.withLock { now in
        now += 1
        return now
      }
      most.withLock { $0 = max($0, count) }
      if count == 3 { for _ in 0..<3 { gate.signal() } }
      _ = gate.wait(timeout: .now() + 5)
      now.withLock { $0 -= 1 }
      return .file(Data(request.path.utf8), for: request)
    }
    _ = try DownloadSet.fetch(
      Self.downloads(upstream, 6), in: fetching.place, by: fetching.downloader())
    #expect(most.withLock { $0 } == 3)
  }

  @Test func `end when one of them fails, and the next try fetches what is missing`() throws {
    let fetching = try Fetching()
    let isGood = Locked(false)
    let upstream = try Upstream { request in
      if isGood.withLock({ $0 }) || request.path == "/file0" {
        return .file(Data(request.path.utf8), for: request)
      }
      return request.path == "/file1"
        ? Upstream.Reply(404)
        : .file(Fetching.content, for: request)
          .cut(1000, .hang)
    }
    var one = fetching
    one.policy.connections = 1
    _ = try DownloadSet.fetch(Self.downloads(upstream, 1), in: fetching.place, by: one.downloader())
    let failure = #expect(throws: DownloadError.self) {
      try DownloadSet.fetch(
        Self.downloads(upstream, 3), in: fetching.place, by: fetching.downloader())
    }
    #expect(failure?.description.contains("/file1 is answered with status 404") == true)
    isGood.withLock { $0 = true }
    let fetched = try DownloadSet.fetch(
      Self.downloads(upstream, 3), in: fetching.place, by: fetching.downloader())
    #expect(fetched.map(\.wasThere) == [true, false, false])
    #expect(upstream.requests(for: "/file0").count == 1)
  }

  @Test func `have each a name of its own`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { .file(Data($0.path.utf8), for: $0) }
    let twice = try Self.downloads(upstream, 1) + Self.downloads(upstream, 1)
    let downloader = try fetching.downloader()
    #expect(throws: DownloadError.self) {
      try DownloadSet.fetch(twice, in: fetching.place, by: downloader)
    }
    // Also in the folder of parts, where there are no folders.
    let names = ["a/b", "a:b", "a:sb", "a:c/b", "a::b"]
    let fetched = try DownloadSet.fetch(
      names.map { try Fetching.download(upstream, $0) }, in: fetching.place, by: downloader)
    for (name, file) in zip(names, fetched) {
      #expect(file.sha256 == SHA256.hex(of: Array("/\(name)".utf8)))
      #expect(try fetching.directory.read("tree/" + name) == Data("/\(name)".utf8))
    }
  }

  @Test func `share one limit of bytes a second`() throws {
    var fetching = try Fetching()
    fetching.policy.rate = RateLimit(bytesPerSecond: 1_000_000)
    let upstream = try Upstream { .file(Data(count: 100_000), for: $0) }
    let start = Date()
    _ = try DownloadSet.fetch(
      Self.downloads(upstream, 4), in: fetching.place, by: fetching.downloader())
    #expect(-start.timeIntervalSinceNow >= 0.4)
  }

  @Test func `tell their progress at most four times a second`() throws {
    var fetching = try Fetching()
    fetching.policy.rate = RateLimit(bytesPerSecond: 500_000)
    let upstream = try Upstream { .file(Fetching.content, for: $0) }
    let start = Date()
    try fetching.fetch(upstream)
    let seconds = -start.timeIntervalSinceNow
    let told = fetching.told.withLock { $0 }
    #expect(told.count >= 2 && Double(told.count) <= 2 + seconds * 4)
    #expect(
      told.map(\.bytes) == told.map(\.bytes).sorted() && told.allSatisfy { $0.total == 300_000 })
  }
}

@Suite("The size of a file that is not fetched")
struct DownloadSizeTests {
  @Test func `is what the server says, after redirects`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      var reply = Upstream.Reply(200)
      reply.length = 123_456
      if request.path == "/a" { reply = Upstream.Reply(302, fields: ["Location: /b"]) }
      return reply
    }
    let url = try DownloadURL(upstream.base + "/a")
    #expect(try fetching.downloader().size(of: url) == 123_456)
    #expect(upstream.requests().map(\.method) == ["HEAD", "HEAD"])
  }

  @Test func `is not known where it is not said`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      var reply = Upstream.Reply(request.path == "/a" ? 405 : 200)
      reply.length = nil
      return reply
    }
    for name in ["a", "b"] {
      let url = try DownloadURL("\(upstream.base)/\(name)")
      #expect(try fetching.downloader().size(of: url) == nil)
    }
  }

  @Test func `of a file that is not there is an error`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { _ in Upstream.Reply(404) }
    let url = try DownloadURL(upstream.base + "/a")
    let downloader = try fetching.downloader()
    #expect(throws: DownloadError.self) { try downloader.size(of: url) }
  }

  @Test func `of this machine's own is known, too`() throws {
    let fetching = try Fetching()
    try fetching.directory.write("here", Data(count: 77))
    let url = try DownloadURL("file://\(fetching.directory.path)/here", allowsFile: true)
    #expect(try fetching.downloader().size(of: url) == 77)
  }
}

@Suite("A small text")
struct DownloadTextTests {
  @Test func `comes back as bytes, after a server's trouble too`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      request.earlier == 0 ? Upstream.Reply(502) : Upstream.Reply(200, Data("VERSION=1\n".utf8))
    }
    let url = try DownloadURL(upstream.base + "/version.txt")
    #expect(try fetching.downloader().text(url) == Array("VERSION=1\n".utf8))
  }

  @Test(arguments: [true, false])
  func `is refused when it is longer than texts are`(saysLength: Bool) throws {
    var fetching = try Fetching()
    fetching.policy.textLimit = 1000
    let upstream = try Upstream { _ in
      var reply = Upstream.Reply(200, Data(count: 1001))
      if !saysLength { reply.length = nil }
      return reply
    }
    let url = try DownloadURL(upstream.base + "/version.txt")
    let downloader = try fetching.downloader()
    let failure = #expect(throws: DownloadError.self) { try downloader.text(url) }
    #expect(failure == .tooLong(url: url.text, bytes: 1001, limit: 1000))
  }

  @Test func `has a program that fetches it, or says which is missing`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("curl", "")
    #expect(!ImageTool.curl.isInstalled(path: directory.path))
    #expect(chmod(directory.path + "/curl", 0o755) == 0)
    #expect(ImageTool.curl.isInstalled(path: "/nowhere:" + directory.path))
    let failure = #expect(throws: DownloadError.self) {
      try ImageTool.gpgv.find(path: directory.path)
    }
    #expect(failure?.description == "gpgv is not installed; install it with: apt install gpgv")
  }
}

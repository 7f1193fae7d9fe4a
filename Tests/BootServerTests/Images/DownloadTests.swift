// BootServerTests: one file from an upstream that is as bad as a test wants.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer

/// A staging folder of a test's own, and what is fetched into it.
struct Fetching {
  let directory: TemporaryDirectory
  let place: DownloadPlace
  var policy = DownloadPolicy()
  var isUnwanted: @Sendable () -> Bool = { false }
  let told = Locked<[DownloadProgress]>([])

  init() throws {
    directory = try TemporaryDirectory()
    let root = try OpenFolder(path: directory.path)
    place = DownloadPlace(tree: try root.makeFolder("tree"), parts: try root.makeFolder("parts"))
    policy.pauses = [0, 0]
    policy.idleSeconds = 2
    policy.askMilliseconds = 20
  }

  /// Bytes, for the leak sanitizer takes a `Data` that stays for a leak.
  private static let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 9) }
  static var content: Data { Data(bytes) }
  static let sha256 = SHA256.hex(of: bytes)

  func downloader() throws -> Downloader {
    try Downloader(policy: policy, isUnwanted: isUnwanted) { [told] progress in
      told.withLock { $0.append(progress) }
    }
  }

  static func download(
    _ upstream: Upstream, _ name: String = "kernel", sha256: String? = nil
  ) throws -> Download {
    let file = try #require(RelativePath(name.utf8))
    return Download(try DownloadURL("\(upstream.base)/\(name)"), to: file, sha256: sha256)
  }

  @discardableResult
  func fetch(_ upstream: Upstream, sha256: String? = nil) throws -> Fetched {
    try downloader().file(Self.download(upstream, sha256: sha256), in: place)
  }

  /// What a download of it fails with.
  func failure(_ upstream: Upstream, sha256: String? = nil) throws -> DownloadError? {
    let download = try Self.download(upstream, sha256: sha256)
    let downloader = try downloader()
    return #expect(throws: DownloadError.self) { try downloader.file(download, in: place) }
  }

  /// What stands under the file's name.
  var kernel: Data? { try? directory.read("tree/kernel") }
  /// How much of it has come in part.
  var part: Data? { try? directory.read("parts/kernel.part") }
}

@Suite("A file that is fetched")
struct DownloadTests {
  private static var content: Data { Fetching.content }

  @Test func `is written and digested in one pass`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { .file(Self.content, for: $0) }
    var download = try Fetching.download(upstream, "a/b/kernel", sha256: Fetching.sha256)
    download.wantsSHA512 = true
    let fetched = try fetching.downloader().file(download, in: fetching.place)
    #expect(fetched.size == 300_000 && fetched.sha256 == Fetching.sha256 && !fetched.wasThere)
    #expect(fetched.sha512 == SHA512.hex(of: Array(Self.content)))
    #expect(fetched.contentType == "application/octet-stream")
    #expect(try fetching.directory.read("tree/a/b/kernel") == Self.content)
    #expect(upstream.requests().map { $0.fields["user-agent"] } == ["coreos-ipxe-server"])
    let last = fetching.told.withLock { $0.last }
    #expect(last?.bytes == 300_000 && last?.total == 300_000 && last?.file.text == "a/b/kernel")
  }

  @Test func `may have no byte at all`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { .file(Data(), for: $0) }
    #expect(try fetching.fetch(upstream).size == 0)
    #expect(fetching.kernel == Data())
  }

  @Test func `is not fetched again once it is whole`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { .file(Self.content, for: $0) }
    try fetching.fetch(upstream)
    let again = try fetching.fetch(upstream, sha256: Fetching.sha256)
    #expect(again.wasThere && again.sha256 == Fetching.sha256 && upstream.requests().count == 1)
    // One that is not what is wanted now is.
    #expect(throws: DownloadError.self) {
      try fetching.fetch(upstream, sha256: String(repeating: "0", count: 64))
    }
    #expect(upstream.requests().count == 2)
  }

  /// A power loss may take bytes of a file that was whole.
  @Test func `is fetched again when it is not what had come`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { .file(Self.content, for: $0) }
    try fetching.fetch(upstream)
    try fetching.directory.write("tree/kernel", Data(count: 300_000))
    #expect(try fetching.fetch(upstream).sha256 == Fetching.sha256)
    #expect(fetching.kernel == Self.content && upstream.requests().count == 2)
  }

  @Test func `goes on where the connection broke`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      let reply = Upstream.Reply.file(Self.content, for: request)
      return request.earlier < 2 ? reply.cut(100_000) : reply
    }
    #expect(try fetching.fetch(upstream).sha256 == Fetching.sha256)
    #expect(upstream.requests().map(\.first) == [nil, 100_000, 200_000])
    #expect(fetching.kernel == Self.content && fetching.part == nil)
  }

  @Test func `goes on where an earlier command ended`() throws {
    var fetching = try Fetching()
    fetching.policy.pauses = []
    let upstream = try Upstream { request in
      let reply = Upstream.Reply.file(Self.content, for: request)
      return request.earlier == 0 ? reply.cut(100_000) : reply
    }
    let failure = try fetching.failure(upstream)
    #expect(failure?.isTransient == true)
    #expect(
      failure?.description.hasPrefix("\(upstream.base)/kernel cannot be fetched now: ") == true)
    #expect(fetching.kernel == nil && fetching.part?.count == 100_000)
    #expect(try fetching.fetch(upstream).sha256 == Fetching.sha256)
    #expect(upstream.requests().map(\.first) == [nil, 100_000])
  }

  /// A kill may come between the last byte and the name.
  @Test(arguments: [true, false])
  func `is not asked for again once all has come, unless that is spoilt`(isGood: Bool) throws {
    var fetching = try Fetching()
    fetching.policy.pauses = []
    let upstream = try Upstream { request in
      let reply = Upstream.Reply.file(Self.content, for: request)
      return request.earlier == 0 ? reply.cut(100_000) : reply
    }
    _ = try fetching.failure(upstream, sha256: Fetching.sha256)
    var whole = Self.content
    if !isGood { whole[5] ^= 1 }
    try fetching.directory.write("parts/kernel.part", whole)
    let fetched = try fetching.fetch(upstream, sha256: Fetching.sha256)
    #expect(fetched.sha256 == Fetching.sha256 && fetched.wasThere == isGood)
    #expect(upstream.requests().map(\.first) == (isGood ? [nil] : [nil, nil]))
    #expect(fetching.kernel == Self.content && fetching.part == nil)
  }

  /// `If-Range` has the server send it from the start when it is another file.
  @Test func `begins again when the upstream has changed meanwhile`() throws {
    let fetching = try Fetching()
    let other = Data(Self.content.reversed())
    let upstream = try Upstream { request in
      if request.earlier == 0 {
        return Upstream.Reply.file(Self.content, tag: "\"1\"", for: request).cut(100_000)
      }
      return .file(other, tag: "\"2\"", for: request)
    }
    #expect(try fetching.fetch(upstream).sha256 == SHA256.hex(of: Array(other)))
    #expect(upstream.requests().map { $0.fields["if-range"] } == [nil, "\"1\""])
  }

  @Test(arguments: [
    "Content-Range: bytes 100000-299999/400000", "Content-Range: bytes 0-9/300000", "",
  ])
  func `begins again when a range is not the one that was asked for`(range: String) throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      let reply = Upstream.Reply.file(Self.content, for: request)
      if request.earlier == 0 { return reply.cut(100_000) }
      return request.first == nil ? reply : Upstream.Reply(206, Data([1]), fields: [range])
    }
    #expect(try fetching.fetch(upstream).sha256 == Fetching.sha256)
    #expect(upstream.requests().map(\.first) == [nil, 100_000, nil])
  }

  @Test func `begins again when the server says 416`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      if request.first != nil { return Upstream.Reply(416) }
      let reply = Upstream.Reply.file(Self.content, for: request)
      return request.earlier == 0 ? reply.cut(100_000) : reply
    }
    #expect(try fetching.fetch(upstream).sha256 == Fetching.sha256)
  }

  @Test func `begins again when the server knows no ranges`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      let reply = Upstream.Reply(
        200, Self.content, fields: ["Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT"])
      return request.earlier == 0 ? reply.cut(100_000) : reply
    }
    #expect(try fetching.fetch(upstream).sha256 == Fetching.sha256)
    #expect(upstream.requests().map(\.first) == [nil, 100_000])
  }

  @Test func `begins again when nothing names the state of what came`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      let reply = Upstream.Reply(200, Self.content, fields: ["ETag: W/\"1\""])
      return request.earlier == 0 ? reply.cut(100_000) : reply
    }
    #expect(try fetching.fetch(upstream).sha256 == Fetching.sha256)
    #expect(upstream.requests().map(\.first) == [nil, nil])
  }

  /// A power loss may leave zeros in what was written last.
  @Test func `is fetched once more when what was there of it is spoilt`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      let reply = Upstream.Reply.file(Self.content, for: request)
      return request.earlier == 0 ? reply.cut(100_000) : reply
    }
    var impatient = fetching
    impatient.policy.pauses = []
    _ = try impatient.failure(upstream)
    try fetching.directory.write("parts/kernel.part", Data(count: 100_000))
    #expect(try fetching.fetch(upstream, sha256: Fetching.sha256).size == 300_000)
    #expect(upstream.requests().map(\.first) == [nil, 100_000, nil])
  }

  @Test func `is tried again after a server's trouble`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      request.earlier < 2
        ? Upstream.Reply(request.earlier == 0 ? 500 : 503) : .file(Self.content, for: request)
    }
    #expect(try fetching.fetch(upstream).sha256 == Fetching.sha256)
  }

  @Test func `is followed through redirects`() throws {
    let fetching = try Fetching()
    let upstream = try Upstream { request in
      request.path == "/kernel"
        ? Upstream.Reply(302, Data("elsewhere".utf8), fields: ["Location: /other"])
        : .file(Self.content, for: request)
    }
    #expect(try fetching.fetch(upstream).sha256 == Fetching.sha256)
  }

  @Test func `may be of this machine where the operator says so`() throws {
    let fetching = try Fetching()
    try fetching.directory.write("here", Self.content)
    let file = try #require(RelativePath("kernel".utf8))
    let text = "file://\(fetching.directory.path)/here"
    #expect(throws: DownloadError.self) { try DownloadURL(text) }
    let url = try DownloadURL(text, allowsFile: true)
    let fetched = try fetching.downloader().file(Download(url, to: file), in: fetching.place)
    #expect(fetched.sha256 == Fetching.sha256)
    let missing = Download(try DownloadURL(text + ".gone", allowsFile: true), to: file)
    let failure = #expect(throws: DownloadError.self) {
      try fetching.downloader().file(missing, in: fetching.place)
    }
    #expect(failure?.description.hasSuffix("there is no such file that can be read") == true)
  }
}

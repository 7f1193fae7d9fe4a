// HTTPTests: files and directories as answers, without a socket.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import HTTP

/// A tree of real files, and the disk that a loop would leave to others.
final class TreeLab {
  let directory: TemporaryDirectory
  let root: DataRoot
  let store: FileStore
  var listsDirectories = true
  /// How often something had to be waited for.
  private(set) var waits = 0
  /// What could not be opened.
  private(set) var failures: [(OpenFailure, String?)] = []

  init(_ files: [String: String], capacity: Int = 256) throws {
    directory = try TemporaryDirectory(files)
    root = DataRoot(path: directory.path)
    store = FileStore(root: root, listings: Listings(), capacity: capacity)
  }

  /// Asks as a loop does: what must be waited for is brought, and the request handled again.
  func get(_ path: String, method: String = "GET", _ fields: String...) throws -> Response {
    let lines = fields.map { $0 + "\r\n" }.joined()
    let head = try #require(
      try head("\(method) \(path) HTTP/1.1\r\nHost: h\r\n\(lines)\r\n"))
    let loopback = SocketAddress.loopback(port: 1)
    var request = Request(head: head, local: loopback, peer: loopback)
    let tree = StaticTree(
      store, listsDirectories: listsDirectories, caching: { _ in "no-cache" },
      failure: { failure, name in
        self.failures.append((failure, name?.text))
        return Response(.notFound)
      })
    for _ in 0..<4 {
      store.turn += 1
      switch tree.respond(head.path, request) {
      case .respond(let response): return response
      case .work: throw ClientError(description: "a tree has no work")
      case .wait(let file):
        waits += 1
        request.delivered[file] = .opened(
          Result { () throws(OpenFailure) in
            try OpenedPath.opening(file.path, in: root, waiting: true, closer: nil)
          })
      }
    }
    throw ClientError(description: "\(path) is waited for without end")
  }
}

extension Response {
  /// The value of a field that comes once.
  func field(_ name: String) -> String? {
    let lines = String(decoding: fields, as: UTF8.self).components(separatedBy: "\r\n")
    return lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
  }

  /// The content, with files read.
  var content: String {
    get throws {
      var bytes: [UInt8] = []
      for piece in body {
        switch piece {
        case .bytes(let more): bytes += more
        case .file(let file, let range):
          bytes += try file.descriptor.read(count: Int(range.count), at: range.first)
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}

@Suite("A tree of files")
struct StaticTreeTests {
  static let files = ["a.txt": "0123456789", "empty.bin": "", "sub/x.yml": "x: 1\n"]

  @Test(arguments: [
    ("", 200, "0123456789", nil), ("Range: bytes=2-4", 206, "234", "bytes 2-4/10"),
    ("Range: bytes=-3", 206, "789", "bytes 7-9/10"),
    ("Range: bytes=4-", 206, "456789", "bytes 4-9/10"),
    ("Range: bytes=10-", 416, "invalid range: failed to overlap\n", "bytes */10"),
    ("Range: lines=1-2", 200, "0123456789", nil),
    ("Range: bytes=2-4\r\nIf-Range: \"other\"", 200, "0123456789", nil),
    ("If-None-Match: *", 304, "", nil), ("If-Match: \"other\"", 412, nil, nil),
  ])
  func `sends a file whole, in part, or not`(
    fields: String, status: Int, content: String?, range: String?
  ) throws {
    let response = try TreeLab(Self.files).get("/a.txt", fields)
    #expect(response.status.rawValue == status)
    #expect(response.field("Content-Range") == range)
    if let content { #expect(try response.content == content) }
    #expect(response.contentLength == Int64(try response.content.utf8.count))
  }

  @Test(arguments: ["bytes=0-1,-2", "bytes=0-0,2-2,4-4,6-6", "bytes=0-,0-"])
  func `says the same length of several parts, however often it is asked`(range: String) throws {
    let lab = try TreeLab(Self.files)
    let lengths = try (0..<20).map { _ in
      try lab.get("/a.txt", "Range: \(range)").contentLength
    }
    #expect(Set(lengths).count == 1)
    let head = try lab.get("/a.txt", method: "HEAD", "Range: \(range)")
    #expect(head.contentLength == lengths[0])
    #expect(Int64(try lab.get("/a.txt", "Range: \(range)").content.utf8.count) == lengths[0])
  }

  @Test func `sends an empty file`() throws {
    let lab = try TreeLab(Self.files)
    let response = try lab.get("/empty.bin", "Range: bytes=0-")
    #expect(response.status == .ok && response.contentLength == 0)
  }

  @Test(arguments: [
    ("/a.txt/", "../a.txt"), ("/sub", "sub/"), ("/sub?q=1", "sub/?q=1"), ("/sub/index.html", "./"),
  ])
  func `leads to the right slash, within itself`(path: String, location: String) throws {
    let response = try TreeLab(Self.files).get(path)
    #expect(response.status == .movedPermanently)
    #expect(response.field("Location") == location && response.contentLength == 0)
  }

  @Test func `lists a directory, or says that it is not there`() throws {
    let lab = try TreeLab(Self.files)
    let listing = try lab.get("/sub/")
    #expect(listing.status == .ok)
    #expect(try listing.content == "<pre>\n<a href=\"x.yml\">x.yml</a>\n</pre>\n")
    let date = try #require(listing.field("Last-Modified"))
    #expect(try lab.get("/sub/", "If-Modified-Since: \(date)").status == .notModified)
    #expect(try lab.get("/sub/", "If-Match: \"x\"").status == .preconditionFailed)
    lab.listsDirectories = false
    #expect(try lab.get("/sub/").status == .notFound)
    // A page of its own is served either way.
    try lab.directory.write("sub/index.html", "<p>")
    #expect(try lab.get("/sub/").content == "<p>")
  }

  @Test func `leaves what is said of a failure to the app, with its reason`() throws {
    let lab = try TreeLab(Self.files)
    try lab.directory.link("out", to: "/etc/hostname")
    try lab.directory.link("round", to: "round")
    #expect(mkfifo(lab.directory.path + "/pipe", 0o600) == 0)
    for path in ["/none", "/out", "/pipe", "/round", "/a.txt/x", "/../a.txt"] {
      #expect(try lab.get(path).status == .notFound, "\(path)")
    }
    let reasons = lab.failures.map(\.0)
    #expect(reasons[0] == .missing && reasons[2] == .special && reasons[4] == .missing)
    guard case .leaves(let link, let target) = reasons[1] else {
      Issue.record("\(reasons[1])")
      return
    }
    #expect(link == "out" && target == "/etc/hostname")
    #expect(lab.failures[0].1 == "none" && lab.failures[5].1 == nil)
  }

  @Test func `waits for directories, and for a file only until its disk is known`() throws {
    let lab = try TreeLab(Self.files)
    _ = try lab.get("/a.txt")
    #expect(lab.waits <= 1)
    let before = lab.waits
    _ = try lab.get("/empty.bin")
    #expect(lab.waits == before)
    _ = try lab.get("/sub/")
    #expect(lab.waits > before)
  }
}

@Suite("Open files")
struct FileStoreTests {
  @Test func `are looked up again in each turn`() throws {
    let lab = try TreeLab(["a.txt": "one"])
    #expect(try lab.get("/a.txt").content == "one")
    let turn = lab.store.turn
    try lab.directory.write("a.txt", "three")
    #expect(try lab.get("/a.txt").content == "three" && lab.store.turn > turn)
    try FileManager.default.removeItem(atPath: lab.directory.path + "/a.txt")
    #expect(try lab.get("/a.txt").status == .notFound)
  }

  @Test func `are few, and let go when they are gone`() throws {
    let lab = try TreeLab(
      Dictionary(uniqueKeysWithValues: (0..<40).map { ("f\($0)", "x") }), capacity: 8)
    func open() -> Int {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
      return names.filter { name in
        let target = try? FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/self/fd/" + name)
        return target?.contains(lab.directory.path.suffix(13) + "/f") ?? false
      }.count
    }
    for number in 0..<40 { _ = try lab.get("/f\(number)") }
    #expect(open() == 8)
    for number in 0..<40 {
      try FileManager.default.removeItem(atPath: lab.directory.path + "/f\(number)")
    }
    lab.store.turn += 1
    lab.store.dropStale()
    #expect(open() == 0)
  }
}

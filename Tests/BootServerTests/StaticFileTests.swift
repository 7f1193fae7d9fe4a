// BootServerTests: files, ranges and conditions over a socket.
// SPDX-License-Identifier: Apache-2.0

import BootServer
import Foundation
import TestSupport
import Testing

@Suite("A file", .waits)
struct StaticFileTests {
  static let digits = String((0..<10000).map { Character(String($0 % 10)) })

  @Test(arguments: [
    ("bytes=0-9", "0123456789", "bytes 0-9/10000"),
    ("bytes=9995-", "56789", "bytes 9995-9999/10000"),
    ("bytes=-3", "789", "bytes 9997-9999/10000"),
  ])
  func `is sent in part`(range: String, body: String, contentRange: String) throws {
    let server = try TestServer(["images/d.txt": Self.digits])
    let answer = try server.get("/images/d.txt", fields: ["Range: \(range)"])
    #expect(answer.status == 206 && answer.text == body)
    #expect(
      answer["content-range"] == contentRange
        && answer["content-type"] == "text/plain; charset=utf-8")
  }

  @Test func `is sent in several parts`() throws {
    let server = try TestServer(["images/d.txt": Self.digits])
    let answer = try server.get("/images/d.txt", fields: ["Range: bytes=0-1,-2"])
    let boundary = try #require(answer["content-type"]?.split(separator: "boundary=").last)
    let part = "Content-Range: bytes %/10000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    let expected =
      "--\(boundary)\r\n" + part.replacing("%", with: "0-1") + "01\r\n--\(boundary)\r\n"
      + part.replacing("%", with: "9998-9999") + "89\r\n--\(boundary)--\r\n"
    #expect(answer.status == 206 && answer.text == expected)
  }

  @Test func `is refused with 416 where no byte is meant`() throws {
    let server = try TestServer(["images/d.txt": Self.digits])
    let answer = try server.get("/images/d.txt", fields: ["Range: bytes=10000-"])
    #expect(answer.status == 416 && answer["content-range"] == "bytes */10000")
    #expect(answer.text == "invalid range: failed to overlap\n")
  }

  @Test func `is not sent again while it is the same, and is after any edit`() throws {
    let server = try TestServer(["configs/c.yml": "one\n"])
    let client = try server.client()
    let first = try client.get("/configs/c.yml")
    let tag = try #require(first["etag"])
    let date = try #require(first["last-modified"])
    let same = try client.get("/configs/c.yml", fields: ["If-None-Match: \(tag)"])
    #expect(same.status == 304 && same["etag"] == tag && same["content-length"] == nil)
    #expect(try client.get("/configs/c.yml", fields: ["If-Modified-Since: \(date)"]).status == 304)
    #expect(try client.get("/configs/c.yml", fields: ["If-Match: \"x\""]).status == 412)
    let stale = ["Range: bytes=0-0", "If-Range: \"x\""]
    #expect(try client.get("/configs/c.yml", fields: stale).status == 200)
    #expect(
      try client.get("/configs/c.yml", fields: ["Range: bytes=0-0", "If-Range: \(tag)"]).status
        == 206)
    usleep(30000)
    try server.directory.write("configs/c.yml", "two\n")
    let edited = try client.get("/configs/c.yml", fields: ["If-None-Match: \(tag)"])
    #expect(edited.status == 200 && edited.text == "two\n")
  }

  @Test func `is empty, or larger than 4 GiB`() throws {
    let server = try TestServer(["images/empty": ""])
    #expect(try server.get("/images/empty")["content-length"] == "0")
    let size: Int64 = 5 << 30
    let path = server.directory.path + "/images/large.img"
    try server.directory.write("images/large.img", "")
    #expect(truncate(path, Int(size)) == 0)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seek(toOffset: UInt64(size) - 4)
    try handle.write(contentsOf: Data("tail".utf8))
    let head = try server.get("/images/large.img", method: "HEAD")
    #expect(head["content-length"] == "\(size)")
    let tail = try server.get("/images/large.img", fields: ["Range: bytes=\(size - 4)-"])
    #expect(tail.text == "tail" && tail["content-range"] == "bytes \(size - 4)-\(size - 1)/\(size)")
  }

  @Test func `of many megabytes arrives whole, to many at once`() throws {
    let server = try TestServer()
    var bytes = Data(count: 24 << 20)
    for index in stride(from: 0, to: bytes.count, by: 4093) { bytes[index] = UInt8(index & 255) }
    try server.directory.write("images/i", bytes)
    let clients = try (0..<6).map { _ in try RawClient(port: server.port, receiveBuffer: 20000) }
    for client in clients { try client.send("GET /images/i HTTP/1.1\r\nHost: h\r\n\r\n") }
    for client in clients { #expect(try client.answer().body == bytes) }
  }

  @Test func `that shrinks while it is sent breaks the connection, not the server`() throws {
    let server = try TestServer()
    try server.directory.write("images/i", Data(count: 64 << 20))
    let client = try RawClient(port: server.port, receiveBuffer: 20000)
    try client.send("GET /images/i HTTP/1.1\r\nHost: h\r\n\r\n")
    try client.receive()
    #expect(truncate(server.directory.path + "/images/i", 1000) == 0)
    #expect(throws: ClientError.self) { try client.answer() }
    #expect(try server.get("/healthz").status == 200)
    #expect(server.logHolds("incomplete=true"))
  }

  @Test func `that is leased to another program is waited for, not asked for again and again`()
    throws
  {
    let server = try TestServer(["images/i.txt": "leased"])
    let handle = open(server.directory.path + "/images/i.txt", O_RDWR | O_CLOEXEC)
    defer { close(handle) }
    try #require(fcntl(handle, 1024, F_WRLCK) == 0, "F_SETLEASE: errno \(errno)")
    signal(SIGIO, SIG_IGN)
    let client = try server.client()
    try client.send("GET /images/i.txt HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(try server.get("/healthz").status == 200)
    #expect(fcntl(handle, 1024, F_UNLCK) == 0)
    #expect(try client.answer().text == "leased")
  }

  @Test func `of an impossible date is served all the same`() throws {
    let server = try TestServer(["images/i.txt": "old"])
    var times = [timespec(tv_sec: -1 << 33, tv_nsec: 0), timespec(tv_sec: -1 << 33, tv_nsec: 0)]
    utimensat(AT_FDCWD, server.directory.path + "/images/i.txt", &times, 0)
    #expect(try server.get("/images/i.txt").text == "old")
  }

  @Test func `that is a FIFO or a device is never opened`() throws {
    let server = try TestServer(["configs/": ""])
    #expect(mkfifo(server.directory.path + "/configs/pipe.yml", 0o644) == 0)
    #expect(try server.get("/configs/pipe.yml").status == 404)
    #expect(server.logHolds("is neither a file nor a directory"))
    #expect(try server.get("/healthz").status == 200)
  }

  @Test func `may not be readable`() throws {
    let server = try TestServer(["configs/c.yml": "x"])
    try #require(chmod(server.directory.path + "/configs/c.yml", 0) == 0)
    // Root reads everything.
    #expect(try server.get("/configs/c.yml").status == (getuid() == 0 ? 200 : 403))
  }
}

@Suite("A link")
struct LinkTests {
  static func server() throws -> TestServer {
    let server = try TestServer([
      "images/amd64-usr/1.0/k": "kernel", "sshkeys/k.pub": "ssh-rsa A", "configs/real.yml": "real",
      "profiles/p.json": #"{"version":"linked"}"#,
    ])
    let directory = server.directory
    try directory.link("images/amd64-usr/stable", to: "1.0")
    try directory.link("images/absolute", to: directory.path + "/images/amd64-usr/1.0")
    try directory.link("images/chain", to: "absolute")
    try directory.link("images/deep", to: "../images/../images/chain")
    try directory.link("configs/passwd.yml", to: "/etc/passwd")
    try directory.link("configs/up.yml", to: "../../../../../../../../etc/passwd")
    try directory.link("configs/loop.yml", to: "loop.yml")
    try directory.link("profiles/l.json", to: "p.json")
    try directory.link("profiles/out.json", to: "/etc/passwd")
    try directory.link("images/sibling", to: directory.path + "-other/x")
    return server
  }

  @Test(arguments: [
    "/images/amd64-usr/stable/k", "/images/absolute/k", "/images/chain/k", "/images/deep/k",
  ])
  func `that stays inside is followed`(target: String) throws {
    let answer = try Self.server().get(target)
    #expect(answer.status == 200 && answer.text == "kernel")
  }

  @Test(arguments: [
    "/configs/passwd.yml", "/configs/up.yml", "/configs/loop.yml", "/images/sibling",
  ])
  func `that leaves is 404, and the log names link and target`(target: String) throws {
    let server = try Self.server()
    let answer = try server.get(target)
    #expect(answer.status == 404 && !answer.text.contains("/"))
    if !target.contains("loop") { #expect(answer.text.contains("see --also-serve")) }
    if target.contains("passwd") {
      #expect(server.logHolds("the link passwd.yml -> /etc/passwd in configs/passwd.yml leaves"))
    }
  }

  /// People keep images on another disk.
  @Test func `may lead to a directory that is served too, and no further`() throws {
    let disk = try TemporaryDirectory([
      "images/i": "disk", "images/sub/j": "deep", "private/k": "no",
      "images/.coreos-ipxe-server": "x",
    ])
    try disk.link("images/up", to: "../private/k")
    try disk.link("images/inside", to: "sub/j")
    try disk.link("images/etc", to: "/etc/passwd")
    let server = try TestServer(
      ["configs/c.yml": "c"], adjust: { $0.alsoServed = [disk.path + "/images"] })
    let directory = server.directory
    try directory.link("images", to: disk.path + "/images")
    try directory.link("configs/back.yml", to: disk.path + "/images/sub/../i")
    // Out of the data directory and in again.
    let name = directory.path.split(separator: "/").last ?? ""
    try directory.link("configs/again.yml", to: "../../\(name)/configs/c.yml")
    try disk.link("images/home", to: directory.path + "/configs/c.yml")
    for (target, text) in [
      ("/images/i", "disk"), ("/images/sub/j", "deep"), ("/images/inside", "deep"),
      ("/configs/back.yml", "disk"), ("/configs/again.yml", "c"), ("/images/home", "c"),
    ] {
      let answer = try server.get(target)
      #expect(answer.status == 200 && answer.text == text, "\(target): \(answer.text)")
      #expect(try server.get(target).text == text)
    }
    for target in ["/images/up", "/images/etc", "/images/.coreos-ipxe-server"] {
      #expect(try server.get(target).status == 404, "\(target)")
    }
    try disk.link("images/i2", to: "i")
    try directory.link("configs/private.yml", to: disk.path + "/private/k")
    #expect(try server.get("/configs/private.yml").text.contains("see --also-serve"))
    #expect(try server.get("/images/").text.contains("<a href=\"i\">"))
  }

  @Test(arguments: ["", "/state", "/state/machines"])
  func `must not be allowed to lead to the state directory`(inner: String) throws {
    let directory = try TemporaryDirectory(["state/machines/x": ""])
    #expect(throws: StartError.self) {
      try TestServer(directory: directory, adjust: { $0.alsoServed = [directory.path + inner] })
    }
    #expect(throws: StartError.self) { try TestServer(adjust: { $0.alsoServed = ["/"] }) }
  }

  /// By device and inode: also under another name, and also where it is another server's.
  @Test func `never leads to the state directory`() throws {
    let directory = try TemporaryDirectory(["configs/c.yml": "c"])
    let first = try TestServer(directory: directory)
    #expect(try first.get("/configs/c.yml").status == 200)
    // The first one holds the directory.
    let second = try TestServer(directory: directory)
    try directory.link("configs/state", to: "../state")
    try directory.link("configs/records", to: directory.path + "/state/machines")
    try directory.link("configs/format.yml", to: "../state/format")
    try directory.link("alias", to: "state")
    try directory.link("configs/alias.yml", to: "../alias/format")
    try directory.link("configs/marker.yml", to: "../.coreos-ipxe-server")
    for server in [first, second] {
      for target in [
        "/configs/state/", "/configs/state/format", "/configs/records/", "/configs/format.yml",
        "/configs/alias.yml", "/configs/marker.yml",
      ] { #expect(try server.get(target).status == 404, "\(target)") }
    }
    // Moved away, it is still hidden.
    try FileManager.default.moveItem(
      atPath: directory.path + "/state", toPath: directory.path + "/moved")
    try directory.link("configs/moved.yml", to: "../moved/format")
    #expect(try first.get("/configs/moved.yml").status == 404)
  }

  @Test func `that takes the place of a folder moved outside is not followed`() throws {
    let server = try TestServer(["images/dd/f": "inside"])
    let outside = try TemporaryDirectory()
    let clients = try (0..<8).map { _ in try server.client() }
    for client in clients { #expect(try client.get("/images/dd/f").text == "inside") }
    let moved = outside.path + "/dd"
    try FileManager.default.moveItem(atPath: server.directory.path + "/images/dd", toPath: moved)
    try server.directory.link("images/dd", to: moved)
    for client in clients { #expect(try client.get("/images/dd/f").status == 404) }
  }

  @Test func `may name a profile, but not outside`() throws {
    let server = try Self.server()
    #expect(try server.get("/?profile=l").text.contains("coreos-version linked"))
    #expect(try server.get("/?profile=out").status == 404)
    #expect(server.logHolds("the link out.json -> /etc/passwd leaves the data directory"))
  }

  @Test func `to the data directory itself is followed anew when it is switched`() throws {
    let server = try TestServer(
      adjust: { $0.dataDirectory += "/current" },
      prepare: { directory in
        try directory.write("one/profiles/p.json", #"{"version":"one"}"#)
        try directory.write("two/profiles/p.json", #"{"version":"two"}"#)
        try directory.write("two/configs/c.yml", "two")
        try directory.link("current", to: "one")
      })
    let client = try server.client()
    #expect(try client.get("/?profile=p").text.contains("coreos-version one\n"))
    try server.directory.link("current", to: "two")
    #expect(try client.get("/?profile=p").text.contains("coreos-version two\n"))
    #expect(try client.get("/configs/c.yml").text == "two")
    try server.directory.link("current", to: "gone")
    #expect(try client.get("/?profile=p").status == 404)
    #expect(try client.get("/configs/c.yml").status == 404)
    try server.directory.link("current", to: "two")
    #expect(try client.get("/configs/c.yml").text == "two")
  }
}

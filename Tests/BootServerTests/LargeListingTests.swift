// BootServerTests: listings of very large directories.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("A listing of very many names", .waits)
struct LargeListingTests {
  private static let names = testsAreStrict ? 50_000 : 5000

  /// Row 16: a listing a reader took 49 to 718 MB, and others waited for seconds.
  @Test func `is made once, whoever asks, and holds nobody up`() throws {
    let directory = try TemporaryDirectory(["images/many/": "", "profiles/p.json": "{}"])
    for number in 0..<Self.names {
      let path = "\(directory.path)/images/many/file-with-a-name-of-some-length-\(number).img"
      close(open(path, O_CREAT | O_WRONLY, 0o644))
    }
    let server = try ServerProgram(directory.path)
    _ = try RawClient(port: server.port).get("/?profile=p")
    let before = try Self.residentBytes(server)
    let readers = try (0..<100).map { _ in
      try RawClient(port: server.port, receiveBuffer: 4096)
    }
    for reader in readers { try reader.send("GET /images/many/ HTTP/1.1\r\nHost: h\r\n\r\n") }
    let start = Date()
    for _ in 0..<20 { #expect(try RawClient(port: server.port).get("/?profile=p").status == 200) }
    #expect(Date().timeIntervalSince(start) < 1)
    // To make the page takes a debug build on a busy machine longer than most answers.
    let whole = try RawClient(port: server.port, patience: 60).get("/images/many/")
    #expect(whole.text.split(separator: "\n").count == Self.names + 2)
    #expect(whole["content-length"] == "\(whole.body.count)")
    let head = try RawClient(port: server.port, patience: 60).get("/images/many/", method: "HEAD")
    #expect(head["content-length"] == "\(whole.body.count)")
    // One page and its names, and what the sockets hold.
    let grown = try Self.residentBytes(server) - before
    #expect(grown < (testsAreStrict ? 64 : 16) << 20, "\(grown)")
    // A new name is seen at once.
    close(open(directory.path + "/images/many/zzz", O_CREAT | O_WRONLY, 0o644))
    #expect(
      try RawClient(port: server.port, patience: 60).get("/images/many/").text.contains(">zzz</a>"))
    withExtendedLifetime(readers) {}
  }

  static func residentBytes(_ server: ServerProgram) throws -> Int {
    let text = try String(
      contentsOfFile: "/proc/\(server.program.identifier)/statm", encoding: .utf8)
    return (Int(text.split(separator: " ")[1]) ?? 0) * Int(getpagesize())
  }
}

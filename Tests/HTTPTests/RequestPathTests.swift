// HTTPTests: request paths.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Testing

@Suite("A request path")
struct RequestPathTests {
  struct Row: Sendable {
    let target: String
    let clean: String
    var climbs = false
    var segments: [String] = []
  }

  @Test(arguments: [
    Row(target: "/", clean: "/"), Row(target: "/a/b", clean: "/a/b", segments: ["a", "b"]),
    Row(target: "/a/", clean: "/a/", segments: ["a"]),
    Row(target: "//a///b//", clean: "/a/b/", segments: ["a", "b"]),
    Row(target: "/%6Dachines/x", clean: "/machines/x", segments: ["machines", "x"]),
    Row(target: "/a%20b", clean: "/a b", segments: ["a b"]),
    Row(target: "/a/../b", clean: "/b", climbs: true, segments: ["a", "..", "b"]),
    Row(target: "/../../b", clean: "/b", climbs: true, segments: ["..", "..", "b"]),
    Row(target: "/./a/.", clean: "/a", climbs: true, segments: [".", "a", "."]),
    Row(target: "/a/%2e%2E/b", clean: "/b", climbs: true, segments: ["a", "..", "b"]),
    // An escaped slash is one in the path of a file, and a part of the name of a machine.
    Row(target: "/a%2Fb/c", clean: "/a/b/c", segments: ["a/b", "c"]),
    Row(target: "/.hidden", clean: "/.hidden", segments: [".hidden"]),
    Row(target: "/...", clean: "/...", segments: ["..."]),
    Row(target: "/a+b", clean: "/a+b", segments: ["a+b"]),
    Row(target: "*", clean: "*", segments: ["*"]),
  ])
  func `is decoded and split once`(row: Row) throws {
    let path = try #require(RequestPath(Array(row.target.utf8)[...]))
    #expect(String(decoding: path.bytes, as: UTF8.self) == row.clean)
    #expect(path.climbs == row.climbs)
    #expect(path.segments.map { String(decoding: $0, as: UTF8.self) } == row.segments)
    #expect(path.name(at: 0) == row.segments.first ?? "")
    #expect(path.name(at: 9).isEmpty)
  }

  @Test(arguments: ["/%", "/%a", "/%zz", "/a%2", "/%-1"])
  func `is none with half an escape`(target: String) {
    #expect(RequestPath(Array(target.utf8)[...]) == nil)
  }

  @Test func `keeps bytes that are no UTF-8`() throws {
    let path = try #require(RequestPath(Array("/%ff%00".utf8)[...]))
    #expect(Array(path.bytes) == [0x2f, 0xff, 0])
  }
}

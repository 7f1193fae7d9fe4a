// TextTests: names in the data directory.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("A path beneath the data directory")
struct RelativePathTests {
  @Test(arguments: ["a", "a/b.yml", "...", ".a", "a..b", "ü", " ", "a b/c&d"])
  func `is any relative name`(text: String) { #expect(RelativePath(text.utf8) != nil) }

  @Test(arguments: [
    "", "/", "a/", "/a", "a//b", ".", "..", "a/../b", "./a", "a\0", "a\nb", "\u{7f}",
    String(repeating: "a", count: 256),
  ])
  func `never climbs`(text: String) { #expect(RelativePath(text.utf8) == nil) }

  @Test(arguments: [("a/b/c", "a/b"), ("a/b", "a"), ("a", nil)])
  func `lies in a folder`(text: String, folder: String?) {
    #expect(RelativePath(text.utf8)?.parent?.text == folder)
  }

  @Test func `has at most 4,000 bytes, and a name of a request 3,000`() {
    func path(_ count: Int) -> [UInt8] {
      (0..<count).map { $0 % 200 == 199 ? 0x2f : 0x61 } + [0x61]
    }
    #expect(RelativePath(path(3999)) != nil)
    #expect(RelativePath(path(4000)) == nil)
    #expect(RelativePath(name: path(2999)) != nil)
    #expect(RelativePath(name: path(3000)) == nil)
  }

  @Test func `need not be UTF-8`() throws {
    let path = try #require(RelativePath([0x61, 0xff, 0x2f, 0x62]))
    #expect(path.bytes == [0x61, 0xff, 0x2f, 0x62])
    #expect(path.text == "a\u{fffd}/b")
  }

  @Test(arguments: [
    ("a.yml", ".yml"), ("a.tar.GZ", ".gz"), ("a.b/c", ""), ("a", ""), (".profile", ".profile"),
    ("a.", "."),
  ])
  func `has the extension of its last segment`(text: String, fileExtension: String) {
    #expect(RelativePath(text.utf8)?.fileExtension == fileExtension)
  }
}

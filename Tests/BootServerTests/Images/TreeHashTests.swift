// BootServerTests: whether a folder's files are what they should be.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("A folder that is verified")
struct TreeHashTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory(["kernel": "kernel", "sub/initrd": "initrd"])
  }

  private func expected(_ name: String, _ text: String? = nil) throws -> ExpectedFile {
    let bytes = Array((text ?? (name as NSString).lastPathComponent).utf8)
    return ExpectedFile(
      try #require(RelativePath(name.utf8)), size: Int64(bytes.count),
      sha256: SHA256.hex(of: bytes).uppercased())
  }

  private func findings(
    _ files: [ExpectedFile], ignoring: Set<String> = []
  ) throws -> [String] {
    TreeHash.verify(try OpenFolder(path: directory.path), against: files, ignoring: ignoring)
      .map { "\($0.file.text) \($0.words)" }
  }

  @Test func `is as it should be`() throws {
    try directory.write("manifest.json", "{}")
    let files = try [expected("kernel"), expected("sub/initrd")]
    #expect(try findings(files, ignoring: ["manifest.json"]) == [])
  }

  @Test func `lacks files, and has others`() throws {
    try directory.write("a/b/c", "")
    try directory.link("z", to: "kernel")
    #expect(
      try findings([expected("kernel"), expected("gone"), expected("away/too")]) == [
        "a/b/c is in no manifest", "away/too is missing", "gone is missing",
        "sub/initrd is in no manifest", "z is in no manifest",
      ])
  }

  @Test func `has files of another size, of other bytes, and links`() throws {
    try directory.link("link", to: "kernel")
    let bad = try expected("kernel", "Kernel")
    let got = SHA256.hex(of: Array("kernel".utf8))
    #expect(
      try findings([bad, expected("sub/initrd", "init"), expected("link", "kernel")]) == [
        "kernel has SHA-256 \(got) and should have \(bad.sha256)",
        "link is a link and should be a file",
        "sub/initrd has 6 bytes and should have 4",
      ])
  }

  @Test func `tells how far it is, and ends when nobody wants it`() throws {
    let told = Locked<[DownloadProgress]>([])
    let folder = try OpenFolder(path: directory.path)
    let files = try [expected("kernel"), expected("sub/initrd")]
    _ = TreeHash.verify(
      folder, against: files, progress: { progress in told.withLock { $0.append(progress) } })
    let last = told.withLock { $0.filter { $0.bytes == $0.total }.map(\.file.text) }
    #expect(Set(last) == ["kernel", "sub/initrd"])
    let bad = [try expected("kernel", "Kernel")]
    #expect(TreeHash.verify(folder, against: bad, ignoring: [], isUnwanted: { true }).count == 1)
  }
}

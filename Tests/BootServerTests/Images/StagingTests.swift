// BootServerTests: a version's folder is gathered, appears whole, and a channel names it.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer

/// An images folder of a test's own.
struct TestImages {
  let directory: TemporaryDirectory
  let images: ImagesFolder
  let place: VersionPlace

  init(version: String = "1298.6.0") throws {
    directory = try TemporaryDirectory()
    images = try ImagesFolder(dataFolder: directory.path, makes: true)
    place = try VersionPlace("flatcar/amd64-usr", version)
  }

  func staging(
    _ holder: String = "a test", waits: (String) -> Bool = { _ in false }
  ) throws -> Staging {
    try Staging(place, in: images, holder: holder, waits: waits)
  }

  static let folder = "flatcar/amd64-usr"

  func exists(_ name: String) -> Bool {
    var raw = stat()
    return lstat("\(directory.path)/images/\(Self.folder)/\(name)", &raw) == 0
  }

  func text(_ name: String) -> String? {
    (try? directory.read("images/\(Self.folder)/\(name)")).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  func names(_ name: String = "") -> [String] {
    let path = "\(directory.path)/images/\(Self.folder)/\(name)"
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  func mode(_ name: String) -> mode_t {
    var raw = stat()
    return stat("\(directory.path)/images/\(name)", &raw) == 0 ? raw.st_mode & 0o7777 : 0
  }
}

private func file(_ name: String) throws -> RelativePath { try #require(RelativePath(name.utf8)) }

@Suite("A version's folder", .waits)
struct StagingTests {
  @Test func `appears whole, with modes for all to read`() throws {
    let test = try TestImages()
    let staging = try test.staging()
    try staging.write("kernel", Array("1".utf8))
    let inner = try staging.downloads.tree.makeFolder("sub")
    try inner.write("initrd", Array("2".utf8))
    // As a narrow umask leaves them; the umask itself belongs to all tests.
    let path = test.directory.path + "/images/flatcar/amd64-usr/.staging-1298.6.0/tree"
    #expect(chmod(path, 0o700) == 0 && chmod(path + "/sub/initrd", 0o600) == 0)
    #expect(test.names() == [".staging-1298.6.0"] && staging.totalBytes == 2)
    try staging.promote([file("kernel"), file("sub/initrd")])
    #expect(test.names() == ["1298.6.0"] && test.names("1298.6.0") == ["kernel", "sub"])
    #expect(test.mode("flatcar/amd64-usr/1298.6.0") == 0o755)
    #expect(test.mode("flatcar/amd64-usr/1298.6.0/sub/initrd") == 0o644)
    #expect(test.mode("flatcar/amd64-usr/1298.6.0/sub") == 0o755)
  }

  @Test func `is not taken for another's, and not made of nothing`() throws {
    let test = try TestImages()
    let staging = try test.staging()
    #expect(throws: StagingError.empty(place: "\(test.place)")) { try staging.promote([]) }
    try staging.write("kernel", [])
    #expect(throws: StagingError.incomplete(place: "\(test.place)", file: "initrd")) {
      try staging.promote([file("kernel"), file("initrd")])
    }
    #expect(!test.exists("1298.6.0"))
    try test.directory.write("images/flatcar/amd64-usr/1298.6.0/own", "mine")
    #expect(throws: StagingError.alreadyThere(place: "images/flatcar/amd64-usr/1298.6.0")) {
      try staging.promote([file("kernel")])
    }
    #expect(test.names("1298.6.0") == ["own"] && test.names(".staging-1298.6.0/tree") == ["kernel"])
  }

  @Test func `has no link among its files`() throws {
    let test = try TestImages()
    let staging = try test.staging()
    try staging.write("kernel", [])
    try test.directory.link(
      "images/flatcar/amd64-usr/.staging-1298.6.0/tree/initrd", to: "/etc/passwd")
    #expect(throws: StagingError.noFile(place: "images/flatcar/amd64-usr/1298.6.0/initrd")) {
      try staging.promote([file("kernel"), file("initrd")])
    }
    #expect(!test.exists("1298.6.0"))
  }

  /// An earlier try may have wanted more, or a disk image that is not wanted now.
  @Test func `has nothing else that was gathered`() throws {
    let test = try TestImages()
    let staging = try test.staging()
    try staging.write("kernel", [])
    try staging.write("disk", [])
    try test.directory.write("images/flatcar/amd64-usr/.staging-1298.6.0/tree/a/b/c", "")
    try test.directory.link("images/flatcar/amd64-usr/.staging-1298.6.0/tree/l", to: "/etc")
    try staging.promote([file("kernel")])
    #expect(test.names("1298.6.0") == ["kernel"])
  }

  @Test func `is taken away in one step`() throws {
    let test = try TestImages()
    try test.directory.write("images/flatcar/amd64-usr/1298.6.0/sub/kernel", "")
    #expect(try test.images.open(test.place).contents().count == 1)
    try test.staging().removeVersion()
    #expect(test.names() == [])
    #expect(throws: StagingError.notThere(place: "\(test.place)")) {
      try test.images.open(test.place)
    }
    // A kill behind the step leaves this, which is not put back.
    try test.directory.write("images/flatcar/amd64-usr/.staging-1298.6.0/outgoing/kernel", "")
    try test.directory.write("images/flatcar/amd64-usr/.staging-1298.6.0/tree/", "")
    let staging = try test.staging()
    #expect(!test.exists("1298.6.0") && staging.totalBytes == 0)
    #expect(
      test.names(".staging-1298.6.0/tree") == [] && !test.exists(".staging-1298.6.0/outgoing"))
    try staging.removeVersion()
  }

  @Test func `is exchanged for a mended one, which keeps the good files`() throws {
    let test = try TestImages()
    let first = try test.staging()
    try first.write("kernel", Array("kernel".utf8))
    try first.write("initrd", Array("bad".utf8))
    try first.promote([file("kernel"), file("initrd")])
    let inode = try test.images.folder(test.place.folder).folder(named: "1298.6.0")
      .status("kernel").inode
    let second = try test.staging()
    try second.keep(file("kernel"))
    try second.write("initrd", Array("good".utf8))
    // A reader of the old one is not disturbed.
    let reader = try test.images.folder(test.place.folder).folder(named: "1298.6.0")
    try second.promote([file("kernel"), file("initrd")], .replacing)
    #expect(test.text("1298.6.0/initrd") == "good" && test.text("1298.6.0/kernel") == "kernel")
    let folder = try test.images.folder(test.place.folder).folder(named: "1298.6.0")
    #expect(try folder.status("kernel").inode == inode)
    #expect(try reader.status().inode != folder.status().inode)
    #expect(test.names() == ["1298.6.0"])
  }

  @Test func `is fetched by one process at a time`() throws {
    let test = try TestImages()
    var first: Staging? = try test.staging("images fetch flatcar")
    let holder = "process \(getpid()) (images fetch flatcar)"
    #expect(throws: StagingError.held(place: "\(test.place)", by: holder)) { try test.staging() }
    // One that waits gets it when the other has ended.
    var asked: [String] = []
    let second = try test.staging { holder in
      asked.append(holder)
      try? first?.write("kernel", [1])
      try? first?.promote([file("kernel")])
      first = nil
      return true
    }
    #expect(asked == [holder] && test.exists("1298.6.0/kernel"))
    second.remove()
    #expect(test.names() == ["1298.6.0"])
  }

  @Test func `of another version does not wait for it`() throws {
    let test = try TestImages()
    let first = try test.staging()
    let other = try VersionPlace("flatcar/amd64-usr", "1298.7.0")
    _ = try Staging(other, in: test.images, holder: "a test")
    #expect(first.totalBytes == 0)
  }

  @Test func `goes on with what an earlier process gathered`() throws {
    let test = try TestImages()
    try withExtendedLifetime(test.staging()) { staging in
      try staging.downloads.parts.write("kernel.part", Array("half".utf8))
    }
    let staging = try test.staging()
    #expect(try staging.downloads.parts.read("kernel.part", limit: 9) == Array("half".utf8))
    #expect(staging.totalBytes == 4)
    try staging.discard(file("kernel"))
    #expect(staging.totalBytes == 0)
  }

  /// What a kill leaves: each state that the promotion goes through.
  @Test(arguments: [(false, false), (true, false), (true, true)])
  func `is right after a kill in the middle`(wasThere: Bool, isDone: Bool) throws {
    let test = try TestImages()
    let base = "flatcar/amd64-usr/"
    if wasThere {
      try test.directory.write("images/" + base + "1298.6.0/kernel", isDone ? "new" : "old")
    }
    try test.directory.write(
      "images/" + base + ".staging-1298.6.0/outgoing/kernel", isDone ? "old" : "new")
    try test.directory.write("images/" + base + ".staging-1298.6.0/holder", "process 1 (dead)")
    try test.directory.write("images/" + base + ".staging-1298.6.0/lock", "")
    try test.directory.write(
      "images/" + base + ".staging-1298.6.0/parts/.kernel.note.1.new", "torn")
    let staging = try test.staging()
    #expect(test.names(".staging-1298.6.0/parts") == [])
    #expect(test.names(".staging-1298.6.0/tree") == (wasThere ? [] : ["kernel"]))
    #expect(!test.exists(".staging-1298.6.0/outgoing"))
    #expect(test.text("1298.6.0/kernel") == (wasThere ? (isDone ? "new" : "old") : nil))
    try staging.write("kernel", Array("next".utf8))
    try staging.promote([file("kernel")], .replacing)
    #expect(test.text("1298.6.0/kernel") == "next" && test.names() == ["1298.6.0"])
  }

  @Test func `cannot be outside of the images folder`() throws {
    for (folder, version) in [
      ("flatcar/../..", "1"), ("/flatcar", "1"), ("flatcar/", "1"), ("", "1"), (".keys", "1"),
      ("flatcar", ".."), ("flatcar", "a/b"), ("flatcar", ".staging-1"), ("flatcar", ""),
      ("flatcar", String(repeating: "1", count: 65)), ("flatcar", "1\n"),
    ] {
      #expect(throws: StagingError.self) { try VersionPlace(folder, version) }
    }
    let outside = try TemporaryDirectory()
    let test = try TestImages()
    try test.directory.link("images/flatcar", to: outside.path)
    #expect(throws: StagingError.leaves(place: "images/flatcar/amd64-usr")) { try test.staging() }
    try test.directory.link(
      "images/flatcar", to: "../../" + (outside.path as NSString).lastPathComponent)
    #expect(throws: StagingError.leaves(place: "images/flatcar/amd64-usr")) { try test.staging() }
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == [])
    // A link that stays inside is followed.
    try test.directory.write("images/disk2/", "")
    try test.directory.link("images/flatcar", to: "disk2")
    let staging = try test.staging()
    try staging.write("kernel", [])
    try staging.promote([file("kernel")])
    #expect(
      FileManager.default.fileExists(
        atPath: test.directory.path + "/images/disk2/amd64-usr/1298.6.0"))
  }

  @Test func `that is somebody's link or file is left alone`() throws {
    let test = try TestImages()
    let staging = try test.staging()
    try staging.write("kernel", [])
    try test.directory.link("images/flatcar/amd64-usr/1298.6.0", to: "/nowhere")
    #expect(throws: StagingError.inTheWay(place: "\(test.place)")) {
      try staging.promote([file("kernel")], .replacing)
    }
  }

  @Test func `says in one sentence that it cannot be written`() {
    let words = StagingError(.readOnlyFileSystem, at: "images/flatcar").description
    #expect(
      words == "images/flatcar cannot be written: Read-only file system; "
        + "run it as the owner of the images folder")
    #expect(throws: StagingError.notThere(place: "images")) {
      try ImagesFolder(dataFolder: "/no/such")
    }
  }
}

@Suite("A channel's link")
struct ChannelTests {
  private static func versions(_ versions: String...) throws -> TestImages {
    let test = try TestImages()
    for version in versions {
      try test.directory.write("images/flatcar/amd64-usr/\(version)/kernel", "")
    }
    return test
  }

  @Test func `is made, and swings in one step`() throws {
    let test = try Self.versions("1", "2")
    for version in ["1", "2", "2", "1"] {
      try test.images.setChannel("stable", to: VersionPlace(TestImages.folder, version))
      #expect(test.images.version(ofChannel: "stable", in: test.place.folder) == version)
    }
    #expect(test.names() == ["1", "2", "stable"])
  }

  @Test func `is swung by one process at a time`() throws {
    let test = try Self.versions("1")
    var lock: SharedDescriptor? = try test.images.lockChannels(in: test.place.folder)
    let failure = #expect(throws: StagingError.self) {
      try test.images.lockChannels(in: test.place.folder, tries: 1)
    }
    #expect(failure == .held(place: "images/flatcar/amd64-usr", by: "another process"))
    #expect(lock != nil)
    lock = nil
    _ = try test.images.lockChannels(in: test.place.folder, tries: 1)
    #expect(test.images.leftovers() == [])
  }

  @Test func `names only what is there`() throws {
    let test = try Self.versions("1")
    try test.directory.link("images/flatcar/amd64-usr/own", to: "1")
    for version in ["2", "own"] {
      #expect(throws: StagingError.notThere(place: "images/flatcar/amd64-usr/\(version)")) {
        try test.images.setChannel("stable", to: VersionPlace(TestImages.folder, version))
      }
    }
    #expect(!test.exists("stable"))
  }

  @Test func `does not take somebody's own link, folder or file away`() throws {
    let test = try Self.versions("1")
    let one = try VersionPlace(TestImages.folder, "1")
    for target in ["/srv/images/1", "../1", "sub/1"] {
      try test.directory.link("images/flatcar/amd64-usr/stable", to: target)
      #expect(
        throws: StagingError.foreignLink(
          place: "images/flatcar/amd64-usr/stable", target: target)
      ) { try test.images.setChannel("stable", to: one) }
      #expect(test.images.version(ofChannel: "stable", in: one.folder) == nil)
    }
    try test.directory.write("images/flatcar/amd64-usr/beta/own", "")
    #expect(throws: StagingError.inTheWay(place: "images/flatcar/amd64-usr/beta")) {
      try test.images.setChannel("beta", to: one)
    }
    #expect(throws: StagingError.badName("../stable")) {
      try test.images.setChannel("../stable", to: one)
    }
  }
}

@Suite("What a fetch left behind")
struct LeftoverTests {
  @Test func `is found with its size, and removed`() throws {
    let test = try TestImages()
    try test.directory.write("images/flatcar/amd64-usr/.staging-1/parts/kernel.part", "12345")
    try test.directory.write("images/amd64-usr/.staging-2/tree/a/b", "123")
    try test.directory.link("images/amd64-usr/.stable.999999999.link", to: "1")
    try test.directory.write("images/amd64-usr/..channels.json.999999999.new", "{")
    try test.directory.link("images/amd64-usr/.stable.\(getpid()).link", to: "1")
    let expected = [
      Leftover(path: "images/amd64-usr/.staging-2", bytes: 3, holder: nil),
      Leftover(path: "images/flatcar/amd64-usr/.staging-1", bytes: 5, holder: nil),
    ]
    #expect(test.images.leftovers() == expected && test.exists(".staging-1"))
    #expect(test.images.leftovers(removes: true) == expected && test.names() == [])
    let names = try FileManager.default.contentsOfDirectory(
      atPath: test.directory.path + "/images/amd64-usr")
    #expect(names == [".stable.\(getpid()).link"])
  }

  @Test func `stays while a process is at it`() throws {
    let test = try TestImages()
    let staging = try test.staging("images fetch")
    try staging.write("kernel", [1])
    let found = test.images.leftovers(removes: true)
    #expect(found.map(\.holder) == ["process \(getpid()) (images fetch)"])
    #expect(test.names(".staging-1298.6.0/tree") == ["kernel"])
  }
}

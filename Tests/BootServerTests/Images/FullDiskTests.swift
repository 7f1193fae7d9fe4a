// BootServerTests: images on a disk that is full, or cannot be written.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer

/// A file system in memory; gone with its owner.
private final class SmallDisk {
  let path: String
  private let directory: TemporaryDirectory

  init(bytes: Int) throws {
    directory = try TemporaryDirectory()
    path = directory.path
    guard mount("small", path, "tmpfs", 0, "size=\(bytes)") == 0 else {
      throw ClientError(description: "mount: errno \(errno)")
    }
  }

  deinit { umount2(path, Int32(MNT_DETACH)) }

  func makeReadOnly() throws {
    guard mount("small", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "") == 0
    else { throw ClientError(description: "remount: errno \(errno)") }
  }
}

private let needs = Needs([], root: true)

@Suite("Images on a disk", .needs(needs))
struct FullDiskTests {
  @Test func `that is full stay in part, and their size is told`() throws {
    let disk = try SmallDisk(bytes: 256 << 10)
    let images = try ImagesFolder(dataFolder: disk.path, makes: true)
    let staging = try Staging(VersionPlace("flatcar", "1"), in: images, holder: "a test")
    // Without a length nobody knows before.
    let upstream = try Upstream { request in
      var reply = Upstream.Reply.file(Fetching.content, for: request)
      reply.length = nil
      return reply
    }
    let download = try Fetching.download(upstream)
    let failure = #expect(throws: DownloadError.self) {
      try Downloader().file(download, in: staging.downloads)
    }
    guard case .diskFull("kernel", let staged) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(staged > 100_000 && staged < 262_144)
    #expect(images.leftovers().map(\.path) == ["images/flatcar/.staging-1"])
    let full = #expect(throws: StagingError.self) {
      try staging.write("big", [UInt8](repeating: 1, count: 300_000))
    }
    #expect(full?.description.contains("the disk is full at images/flatcar/1; ") == true)
  }

  @Test func `that is known to be too small are not begun`() throws {
    let disk = try SmallDisk(bytes: 256 << 10)
    let staging = try Staging(
      VersionPlace("flatcar", "1"), in: ImagesFolder(dataFolder: disk.path, makes: true),
      holder: "a test")
    let upstream = try Upstream { .file(Fetching.content, for: $0) }
    let download = try Fetching.download(upstream)
    let failure = #expect(throws: DownloadError.self) {
      try Downloader().file(download, in: staging.downloads)
    }
    #expect(failure?.description.contains("needs 300.0 kB and the disk has 2") == true)
  }

  @Test func `that cannot be written say so`() throws {
    let disk = try SmallDisk(bytes: 1 << 20)
    let images = try ImagesFolder(dataFolder: disk.path, makes: true)
    try disk.makeReadOnly()
    let failure = #expect(throws: StagingError.self) {
      try Staging(VersionPlace("flatcar", "1"), in: images, holder: "a test")
    }
    #expect(
      failure?.description == "images/flatcar cannot be written: Read-only file system; "
        + "run it as the owner of the images folder")
  }
}

// BootTests/Images: the stream index of Fedora CoreOS.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A stream index")
struct ImageStreamTests {
  static let digest = String(repeating: "ab", count: 32)

  static func file(_ name: String, sha256: String = digest) -> String {
    let url = "https://builds.h/prod/streams/stable/builds/43.1.3.1/x86_64/\(name)"
    return #"{"location": "\#(url)", "signature": "\#(url).sig", "sha256": "\#(sha256)"}"#
  }

  static func stream(kernel: String = file("live-kernel.x86_64"), release: String = "43.1.3.1")
    -> [UInt8]
  {
    let pxe =
      #"{"kernel": \#(kernel), "initramfs": \#(file("i.img")), "rootfs": \#(file("r.img"))}"#
    return Array(
      #"""
      {"stream": "stable", "architectures": {"x86_64": {"artifacts": {"metal": {
      "release": "\#(release)", "formats": {"pxe": \#(pxe), "raw.xz": {"disk": \#(file("m.raw.xz"))}}
      }}}}}
      """#.utf8)
  }

  func plan(_ wanted: String? = nil, from: String? = nil) throws -> SourcePlan {
    try SourcePlan(try #require(ImageSource.named("fedora-coreos")), wanted: wanted, from: from)
  }

  @Test func `names version, files, digests and signatures`() throws {
    let plan = try plan("testing")
    #expect(plan.listingURL == "https://builds.coreos.fedoraproject.org/streams/testing.json")
    let version = try plan.version(from: Self.stream())
    #expect(version.text == "43.1.3.1")
    let downloads = try plan.downloads(of: version, listing: Self.stream(), diskImages: true)
    #expect(
      downloads.map(\.name) == [
        ".verify/0-live-kernel.x86_64.sig", ".verify/1-i.img.sig", ".verify/2-r.img.sig",
        "live-kernel.x86_64", "i.img", "r.img", "m.raw.xz.sig", "m.raw.xz",
      ])
    let base = "https://builds.h/prod/streams/stable/builds/43.1.3.1/x86_64/"
    #expect(downloads[3].url == base + "live-kernel.x86_64")
    #expect(downloads[3].digest == .known(try #require(ImageDigest(.sha256, hex: Self.digest))))
    #expect(downloads[3].signature == .detached(downloads[0].name))
    // An installer asks for a disk image's signature, too.
    #expect(downloads[7].signature == .detached("m.raw.xz.sig") && downloads[6].isPromoted)
  }

  @Test func `moves to another host, the paths stay`() throws {
    let plan = try plan(from: "http://mirror:8000/below")
    #expect(plan.listingURL == "http://mirror:8000/below/streams/stable.json")
    let version = try plan.version(from: Self.stream())
    let downloads = try plan.downloads(of: version, listing: Self.stream())
    #expect(
      downloads[3].url
        == "http://mirror:8000/prod/streams/stable/builds/43.1.3.1/x86_64/live-kernel.x86_64")
    #expect(downloads.allSatisfy { $0.url.hasPrefix("http://mirror:8000/prod/") })
  }

  @Test func `has the files of one version alone`() throws {
    let plan = try plan("42.1.3.1")
    #expect(plan.listingURL != nil)
    let other = SourcePlanError.otherVersion(
      url: plan.listingURL ?? "", asked: "42.1.3.1", has: "43.1.3.1")
    #expect(throws: other) { try plan.version(from: Self.stream()) }
    let same = try self.plan("43.1.3.1")
    #expect(try same.version(from: Self.stream()).text == "43.1.3.1")
  }

  @Test(arguments: [
    (Array("{}".utf8), "it has nothing for x86_64"),
    (Array("{".utf8), "it is not JSON"),
    (Array("<html>".utf8), "is a web page"),
    (stream(release: "../1"), "gives \"../1\", which can be no version"),
    (stream(kernel: "{}"), "it has no location for metal/pxe/kernel"),
    (stream(kernel: #"{"location": "ftp://h/k"}"#), "which must begin with https://"),
    (stream(kernel: file("../../k")), "could climb"),
    (stream(kernel: file("%2e%2e/k")), "which no path may hold"),
    (stream(kernel: file(".k")), "begins with a dot"),
    (stream(kernel: file("k?x")), "in front of ? and #"),
    (stream(kernel: file("k", sha256: "12")), "has not 64 hexadecimal digits"),
    (stream(kernel: file("i.img")), "two files of fedora-coreos would be put at i.img"),
    (stream(kernel: file("manifest.json")), "would be put at manifest.json"),
  ])
  func `is refused`(bytes: [UInt8], message: String) throws {
    let plan = try plan()
    do {
      let version = try plan.version(from: bytes)
      _ = try plan.downloads(of: version, listing: bytes)
      Issue.record("it was taken")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }

  @Test func `whose files have no digest gives none`() throws {
    let plan = try plan()
    let stream = Self.stream(kernel: #"{"location": "https://h/k"}"#)
    let downloads = try plan.downloads(of: try plan.version(from: stream), listing: stream)
    let kernel = try #require(downloads.first { $0.name == "k" })
    #expect(kernel.digest == nil)
    #expect(downloads[0].url == "https://h/k.sig")
  }
}

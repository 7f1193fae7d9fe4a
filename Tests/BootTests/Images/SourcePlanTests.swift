// BootTests/Images: what a fetch downloads.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

private func builtIn(_ name: String) throws -> ImageSource { try #require(ImageSource.named(name)) }

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite("A plan for a fetch")
struct SourcePlanTests {
  @Test func `of Flatcar reads version.txt, then fetches signed digests and files`() throws {
    let plan = try SourcePlan(try builtIn("flatcar"), wanted: "beta")
    #expect(
      plan.listingURL
        == "https://beta.release.flatcar-linux.net/amd64-usr/current/version.txt")
    let text = "FLATCAR_BUILD=4593\nFLATCAR_VERSION=4593.2.2\r\nFLATCAR_VERSION_ID=1\n"
    let version = try plan.version(from: bytes(text))
    #expect(version.text == "4593.2.2")
    let downloads = try plan.downloads(of: version)
    let base = "https://beta.release.flatcar-linux.net/amd64-usr/4593.2.2/flatcar_production_pxe"
    #expect(
      downloads.map(\.url) == [
        base + ".vmlinuz.DIGESTS.asc", base + "_image.cpio.gz.DIGESTS.asc", base + ".vmlinuz",
        base + "_image.cpio.gz",
      ])
    #expect(downloads[0].name == ".verify/0-flatcar_production_pxe.vmlinuz.DIGESTS.asc")
    #expect(downloads.map(\.signature) == [.clear, .clear, nil, nil])
    #expect(downloads[2].name == "flatcar_production_pxe.vmlinuz")
    #expect(
      downloads[2].digest == .listed(in: downloads[0].name, as: "flatcar_production_pxe.vmlinuz"))
    #expect(downloads.map(\.isPromoted) == [false, false, true, true])
  }

  @Test func `takes disk images that carry their own signatures`() throws {
    let plan = try SourcePlan(try builtIn("flatcar"), arch: "aarch64", wanted: "4593.2.2")
    #expect(plan.listingURL == nil)
    #expect(plan.channel == nil)
    let version = try plan.version(from: [])
    let disks = try plan.downloads(of: version, diskImages: true).filter { $0.kind == .diskImage }
    #expect(disks.count == 4)
    #expect(disks[0].url.hasPrefix("https://stable.release.flatcar-linux.net/arm64-usr/4593.2.2/"))
    #expect(disks[0].signature == .detached("flatcar_production_image.bin.bz2.sig"))
    #expect(disks[1].signature == nil)
    #expect(disks[2].signature == .detached("version.txt.sig"))
    #expect(disks.allSatisfy { $0.digest == nil })
  }

  @Test func `of Debian is a chain from InRelease`() throws {
    let plan = try SourcePlan(try builtIn("debian"), wanted: "bookworm")
    let release = """
      Suite: oldstable
      SHA256:
       8e0a  78509 main/installer-amd64/20230607+deb12u9/images/SHA256SUMS
       8e0b  78509 main/installer-amd64/20230607+deb12u15/images/SHA256SUMS
       8e0c  78509 main/installer-amd64/20230607/images/SHA256SUMS
       8e0d  78509 main/installer-arm64/20990607/images/SHA256SUMS
       8e0d  78509 main/installer-amd64/current/images/SHA256SUMS
      """
    let version = try plan.version(from: bytes(release))
    #expect(version.text == "20230607+deb12u15")
    let downloads = try plan.downloads(of: version)
    let names = [
      ".verify/0-InRelease", ".verify/1-SHA256SUMS", "linux", "initrd.gz",
    ]
    #expect(downloads.map(\.name) == names)
    #expect(downloads[0].signature == .clear)
    #expect(downloads[1].signature == nil)
    #expect(
      downloads[1].digest
        == .listed(
          in: names[0], as: "main/installer-amd64/20230607+deb12u15/images/SHA256SUMS"))
    #expect(
      downloads[2].digest
        == .listed(in: names[1], as: "netboot/debian-installer/amd64/linux"))
  }

  @Test func `of openSUSE has a detached signature of the digest file`() throws {
    let plan = try SourcePlan(try builtIn("opensuse"), from: "http://mirror:8080/leap/")
    #expect(plan.listingURL == "http://mirror:8080/leap/")
    let version = try plan.version(
      from: bytes("<a href=\"15.5/\">\n<a href=\"./15.6/\">\n<a href=\"42.3/\">"))
    #expect(version.text == "15.6")
    let downloads = try plan.downloads(of: version)
    #expect(
      downloads.map(\.name) == [
        ".verify/0-CHECKSUMS.asc", ".verify/1-CHECKSUMS", "boot/x86_64/loader/linux",
        "boot/x86_64/loader/initrd",
      ])
    #expect(downloads[1].signature == .detached(".verify/0-CHECKSUMS.asc"))
    #expect(
      downloads[2].digest == .listed(in: ".verify/1-CHECKSUMS", as: "boot/x86_64/loader/linux"))
  }

  @Test func `without digest files has a signature of each file`() throws {
    let source = try imageSource(imageRow(#""signed": ".sig""#))
    let downloads = try SourcePlan(source, wanted: "1.0").downloads(of: ImageVersion("1.0")!)
    #expect(downloads.map(\.name) == [".verify/0-k.sig", ".verify/1-i.sig", "k", "i"])
    #expect(downloads[3].signature == .detached(".verify/1-i.sig"))
    #expect(downloads[0].url == "https://h/stable/amd64-usr/1.0/k.sig")
  }

  @Test func `of every built-in row can be made`() throws {
    for source in ImageSource.builtIn where source.latest?.reading != .stream {
      for arch in source.arches {
        let plan = try SourcePlan(source, arch: arch.usual, wanted: "9.9.9")
        let downloads = try plan.downloads(of: ImageVersion("9.9.9")!, diskImages: true)
        #expect(Set(downloads.map(\.name)).count == downloads.count)
        for (index, download) in downloads.enumerated() {
          #expect(!download.url.contains("{"))
          let earlier = Set(downloads[..<index].map(\.name))
          if case .listed(let list, _)? = download.digest { #expect(earlier.contains(list)) }
        }
      }
    }
  }

  @Test(arguments: [
    (
      "ubuntu",
      "<a href=\"24.04.1/\"> <a href=\"24.04.3/\"> <a href=\"25.10/\"> <a href=\"noble/\">",
      "24.04.3"
    ),
    ("fedora", "<a href=\"9/\">\n<a href=\"43/\">\n<a href=\"test/\">", "43"),
    ("rocky", "<a href=\"10.0/\"> <a href=\"10.1/\"> <a href=\"9.7/\"> <a href=\"10/\">", "10.1"),
    ("centos-stream", "<a href=\"9-stream/\"><a href=\"10-stream/\">", "10-stream"),
    ("talos", "<a href=\"/siderolabs/talos/releases/tag/v1.11.5\">", "v1.11.5"),
    ("nixos", "<a href=\"/nix-community/nixos-images/releases/tag/nixos-25.05\">", "nixos-25.05"),
    ("alpine", "-\n  branch: v3.22\n  version: 3.22.2\n  flavor: x\n", "3.22.2"),
    (
      "arch", "<a href=\"2026.10.01/\">\n<a href=\"2026.11.01/\">\n<a href=\"latest/\">",
      "2026.11.01"
    ),
    ("coreos", "COREOS_VERSION=1298.6.0\n", "1298.6.0"),
    ("coreos", "A=1\nCOREOS_VERSION=\"1298.6.0\"", "1298.6.0"),
  ])
  func `finds the highest version`(os: String, listing: String, version: String) throws {
    let plan = try SourcePlan(try builtIn(os))
    #expect(try plan.version(from: bytes(listing)).text == version)
  }

  @Test(arguments: [
    ("", "is empty"), (" \r\n", "is empty"),
    ("<!DOCTYPE html><html>V=1", "is a web page"), ("\n <HTML>V=1", "is a web page"),
    ("W=1\n", "names no version: nothing in it matches V="),
    ("V=\n", "gives \"\", which can be no version"),
    ("V=../1", "gives \"../1\""), ("V=1/2", "gives \"1/2\""), ("V=1 2", "gives \"1 2\""),
    ("V=stable", "gives \"stable\""), ("V=beta", "gives \"beta\""),
    ("V=current", "gives \"current\""),
    ("V=.1", "gives"), ("V=\(String(repeating: "1", count: 65))", "gives"),
    (String(repeating: "x\n", count: 2_100_000), "is too long for a list"),
  ])
  func `finds no version in this`(listing: String, message: String) throws {
    let plan = try SourcePlan(try imageSource(imageRow()))
    do {
      _ = try plan.version(from: bytes(listing))
      Issue.record("it found one")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
      #expect("\(error)".hasPrefix("https://h/stable/amd64-usr/v.txt "))
    }
  }

  @Test func `passes over what a listing names and cannot be`() throws {
    let source = try imageSource(
      imageRow(#""latest": {"path": "", "match": "<(.*?)>"}"#, replacing: "latest"))
    let plan = try SourcePlan(source)
    #expect(try plan.version(from: bytes("<../9> <9/9> <stable> <1.0> <>")).text == "1.0")
    for (text, isPage) in [("<../9>", false), ("<html ", true)] {
      let error = SourcePlanError.noVersion(
        url: "https://h/stable/amd64-usr/", sought: "<(.*?)>", isPage: isPage)
      #expect(throws: error) { try plan.version(from: bytes(text)) }
    }
  }

  @Test func `passes over lines that no listing has`() throws {
    let plan = try SourcePlan(try builtIn("fedora"))
    let long = "href=\"44/\"" + String(repeating: "x", count: 40_000)
    #expect(try plan.version(from: bytes("\(long)\nhref=\"43/\"")).text == "43")
  }

  @Test func `refuses words that are neither channel nor version`() throws {
    let source = try imageSource(imageRow())
    for (word, error) in [
      ("../x", SourcePlanError.notAVersion(os: "x", text: "../x")),
      ("", .notAVersion(os: "x", text: "")),
    ] {
      #expect(throws: error) { try SourcePlan(source, wanted: word) }
    }
    #expect(throws: SourcePlanError.unknownArch(os: "x", arch: "mips", known: ["amd64", "arm64"])) {
      try SourcePlan(source, arch: "mips")
    }
    #expect(throws: SourcePlanError.noChannels(os: "harvester")) {
      try SourcePlan(try builtIn("harvester"))
    }
    for base in [
      "h", "ftp://h/", "https://", "https://h/{version}", "https://h/..", "https://h/?a",
    ] {
      #expect(throws: SourcePlanError.self, "\(base)") { try SourcePlan(source, from: base) }
    }
  }

  @Test func `takes a base of the operator's, with holes and without`() throws {
    let source = try imageSource(imageRow())
    #expect(try SourcePlan(source, from: "file:///srv/m/").listingURL == "file:///srv/m/v.txt")
    #expect(
      try SourcePlan(source, wanted: "beta", from: "http://h:1/{channel}/{arch}").base
        == "http://h:1/beta/amd64-usr")
    #expect(try SourcePlan(source, from: "http://[::1]:80").listingURL == "http://[::1]:80/v.txt")
  }

  @Test func `refuses names that the version makes too long`() throws {
    let name = String(repeating: "x", count: 240)
    let source = try imageSource(imageRow("\"files\": [\"\(name){version}\"]", replacing: "files"))
    let plan = try SourcePlan(source, wanted: String(repeating: "1", count: 15))
    #expect(try plan.downloads(of: plan.version(from: [])).count == 1)
    let long = try SourcePlan(source, wanted: String(repeating: "1", count: 16))
    #expect(throws: SourcePlanError.self) { try long.downloads(of: long.version(from: [])) }
  }

  @Test func `keeps a password to itself`() throws {
    let plan = try SourcePlan(try imageSource(imageRow()), from: "http://me:secret@h/x")
    #expect(plan.listingURL == "http://me:secret@h/x/v.txt")
    #expect(plan.shownBase == "http://h/x")
    do {
      _ = try plan.version(from: [])
    } catch {
      #expect("\(error)".hasPrefix("http://h/x/v.txt is empty"))
    }
    let bad = SourcePlanError.badBase("ftp://me:secret@h/", reason: "is bad")
    #expect("\(bad)" == "--from ftp://h/ is bad")
  }

  @Test func `puts no file where another one's folder is`() throws {
    let layout = #""layout": {"{version}/k": "a", "{version}/i": "a/b"}"#
    let plan = try SourcePlan(try imageSource(imageRow(layout)), wanted: "1.0")
    let version = try plan.version(from: [])
    #expect(throws: SourcePlanError.samePlace(os: "x", name: "a/b")) {
      try plan.downloads(of: version)
    }
  }
}

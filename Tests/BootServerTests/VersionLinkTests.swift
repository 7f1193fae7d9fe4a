// BootServerTests: a version that is a channel.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A profile whose version is a channel")
struct VersionLinkTests {
  private static let files = [
    "profiles/new.json": #"{"os":"flatcar","version":"stable"}"#,
    "profiles/old.json": #"{"version":"stable"}"#,
    "images/flatcar/amd64-usr/1/flatcar_production_pxe.vmlinuz": "1",
    "images/flatcar/amd64-usr/1/flatcar_production_pxe_image.cpio.gz": "1",
    "images/flatcar/amd64-usr/2/flatcar_production_pxe.vmlinuz": "22",
    "images/flatcar/amd64-usr/2/flatcar_production_pxe_image.cpio.gz": "22",
    "images/amd64-usr/1/coreos_production_pxe.vmlinuz": "1",
    "images/amd64-usr/1/coreos_production_pxe_image.cpio.gz": "1",
  ]

  private static func swing(_ directory: TemporaryDirectory, _ link: String, to version: String)
    throws
  {
    try? FileManager.default.removeItem(atPath: directory.path + "/" + link)
    try directory.link(link, to: version)
  }

  @Test func `names the concrete version, and the other one once the link swings`() throws {
    let server = try TestServer(Self.files)
    for version in ["1", "2", "1"] {
      try Self.swing(server.directory, "images/flatcar/amd64-usr/stable", to: version)
      let script = try server.get("/?profile=new").text
      #expect(script.contains("set coreos-version \(version)\n"), "\(script)")
      #expect(!script.contains("stable") && !server.log.contains("is not there"))
    }
  }

  /// The original's bytes, but for links that `images` made.
  @Test func `is the original's where somebody else made the link`() throws {
    let server = try TestServer(Self.files)
    try Self.swing(server.directory, "images/amd64-usr/stable", to: "1")
    #expect(try server.get("/?profile=old").text.contains("set coreos-version stable\n"))
    try server.directory.write("images/amd64-usr/1/manifest.json", "{}")
    #expect(try server.get("/?profile=old").text.contains("set coreos-version 1\n"))
  }

  @Test(arguments: ["../../elsewhere", "a/b", "/usr", "."])
  func `stays as it is where the link leads elsewhere`(target: String) throws {
    let server = try TestServer(Self.files)
    try Self.swing(server.directory, "images/flatcar/amd64-usr/stable", to: target)
    #expect(try server.get("/?profile=new").text.contains("set coreos-version stable\n"))
  }

  @Test func `is the same for explain`() throws {
    let lab = try MachineLab(Self.files, profiles: false)
    try Self.swing(lab.server.directory, "images/flatcar/amd64-usr/stable", to: "2")
    let told = try ExplainTests.explain(lab, "profile=new")
    let urls = (told["fetches"] as? [[String: Any]])?.compactMap { $0["url"] as? String } ?? []
    #expect(urls.count == 2 && urls.allSatisfy { $0.contains("/flatcar/amd64-usr/2/") }, "\(urls)")
  }
}

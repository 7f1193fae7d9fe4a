// BootServerTests: what caches may keep.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTP
import System
import TestSupport
import Testing

@Suite("Cache-Control", .waits)
struct CachingTests {
  private static let files = [
    "profiles/dev.json": #"{"version":"1","sshkey":"me","cloud_config":"c"}"#,
    "profiles/core.json":
      #"{"os":"flatcar","version":"1","match":{"mac":"52:54:00:*"},"install":{"cloud_config":"i"}}"#,
    "configs/c.yml": "a: 1\n", "configs/i.yml.tmpl": "u: \"{{machine.installed_url}}\"\n",
    "sshkeys/me.pub": "ssh-ed25519 AAAA me\n",
    "images/amd64-usr/1/kernel": "k", "images/amd64-usr/1/version.txt": "COREOS_VERSION=1\n",
  ].merging(MachineLab.images) { $1 }

  private static let machine =
    "/boot.ipxe?uuid=6d1c4f1e-0d0a-4b5e-9d0b-2f9b6c0a1b01&mac=52-54-00-12-34-56"

  @Test(arguments: [
    "/?profile=dev", "/?profile=none", "/boot.ipxe", machine, "/keys?name=me", "/keys?name=none",
    "/none", "/images/none", "/configs/i.yml", "/images", "/healthz", "/machines",
  ])
  func `is no-store for whatever depends on a machine, a profile or a key, and for errors`(
    target: String
  ) throws {
    let server = try TestServer(Self.files)
    #expect(try server.get(target)["cache-control"] == "no-store")
  }

  @Test func `is no-store for both answers of one URL, before and after a report`() throws {
    let server = try TestServer(Self.files)
    let script = try server.get(Self.machine)
    #expect(script.text.contains("configs/i.yml?machine="), "\(script.text)")
    let config = try #require(try #/http://test(/configs/\S*)/#.firstMatch(in: script.text)?.1)
    let rendered = try server.get(String(config))
    #expect(rendered["cache-control"] == "no-store")
    let report = try #require(try #/http://test(\S*)"/#.firstMatch(in: rendered.text)?.1)
    #expect(try server.get(String(report), method: "POST")["cache-control"] == "no-store")
    let local = try server.get(Self.machine)
    #expect(local.text.contains("exit") && local["cache-control"] == "no-store", "\(local.text)")
  }

  @Test func `lets profiles and configs be kept only to ask again`() throws {
    let server = try TestServer(Self.files)
    for target in ["/configs/c.yml", "/profiles/dev.json", "/configs/", "/images/"] {
      #expect(try server.get(target)["cache-control"] == "no-cache", "\(target)")
    }
  }

  @Test func `lets an image be kept for a minute, but nothing that an update changes`() throws {
    let server = try TestServer(
      Self.files,
      prepare: { directory in
        try directory.link("images/amd64-usr/current", to: "1")
        try directory.link("images/amd64-usr/absolute", to: directory.path + "/images/amd64-usr/1")
      })
    let tree = "/images/amd64-usr"
    #expect(try server.get("\(tree)/1/kernel")["cache-control"] == "public, max-age=60")
    let again = try server.get("\(tree)/1/kernel", fields: ["If-None-Match: *"])
    #expect(again.status == 304 && again["cache-control"] == "public, max-age=60")
    for name in ["current/kernel", "absolute/kernel", "1/version.txt"] {
      #expect(try server.get("\(tree)/\(name)")["cache-control"] == "no-cache", "\(name)")
    }
  }
}

@Suite("A clock that is centuries away")
struct FarClockTests {
  private func status(changed seconds: Int) -> FileStatus {
    let time = FileTime(seconds: seconds, nanoseconds: 0)
    return FileStatus(
      kind: .regular, device: 1, inode: 1, size: 1, modified: time, changed: time)
  }

  @Test(arguments: [
    (1_700_000_000, 1_700_000_000 + 300 * 31_557_600, false), (Int.max, 0, true),
    (0, Int.max, false), (Int.min, Int.max, false), (Int.max, Int.min, true), (10, 10, true),
    (10, 12, false), (12, 10, true),
  ])
  func `says which files may have been edited within a tick`(
    changed: Int, now: Int, isRacy: Bool
  ) {
    let now = FileTime(seconds: now, nanoseconds: 0)
    #expect(status(changed: changed).isRacy(readAt: now) == isRacy)
  }
}

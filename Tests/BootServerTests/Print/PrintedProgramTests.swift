// BootServerTests: the programs that printed files are for.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("A printed file is taken by")
struct PrintedProgramTests {
  static let builds =
    ["undionly.kpxe", "i386/snponly.efi", "snponly.efi", "arm32/snponly.efi", "ipxe-arm64.efi"]
    .map { "/usr/lib/ipxe/" + $0 }
    + ["snponly.efi", "arm64/snponly.efi"].map { PrintedNetwork.server + "/" + $0 }

  /// With nothing but Debian's files, and with all.
  private static func each(_ kind: String, _ body: ([PrintedFile]) throws -> Void) throws {
    let options = PrintedNetwork.base + ["--interface", "lo"]
    for files in [[], PrintedNetwork.debian, builds] {
      try body(try PrintedNetwork.files(kind, options, files: files))
    }
  }

  private static func expect(_ path: String, _ arguments: [String], _ text: String) throws {
    let directory = try TemporaryDirectory(["file": text])
    let result = try Program.run(
      path, arguments.map { $0.replacing("FILE", with: directory.path + "/file") },
      environment: ["KEA_LOCKFILE_DIR": directory.path, "KEA_PIDFILE_DIR": directory.path])
    #expect(result.status == 0, "\(result.output)\n\(text)")
  }

  private static func expectDnsmasq(_ text: String) throws {
    // A folder that is not there is an error, though nothing else is wrong.
    let text = text.replacing("tftp-root=/opt/coreos-ipxe-server/images/efi", with: "tftp-root=/")
    try expect(Tool.dnsmasq.path, ["--test", "--conf-file=FILE"], text)
  }

  @Test(.needs(.dnsmasq), arguments: ["dnsmasq", "dnsmasq-proxy", "http-boot", "shim"])
  func dnsmasq(kind: String) throws {
    try Self.each(kind) { try Self.expectDnsmasq($0[0].text) }
  }

  @Test(.needs(.kea, .dnsmasq))
  func `Kea, and dnsmasq for its TFTP`() throws {
    try Self.each("kea") { files in
      try Self.expect(Tool.kea.path, ["-t", "FILE"], files[0].text)
      try Self.expectDnsmasq(files[1].text)
    }
  }

  @Test(.needs(.virtXMLValidate, .xmllint, .dnsmasq))
  func `libvirt, and its lines by dnsmasq`() throws {
    try Self.each("libvirt-network") { files in
      try Self.expect(Tool.virtXMLValidate.path, ["FILE", "network"], files[0].text)
      let lines = files[0].text.matches(of: #/dnsmasq:option value='(.*)'/#).map { $0.output.1 }
      #expect(lines.count >= 5)
      try Self.expectDnsmasq(lines.joined(separator: "\n") + "\n")
    }
  }

  @Test func `a shell, which copies the builds that firmware gets by HTTP`() throws {
    let directory = try TemporaryDirectory([
      "ipxe/snponly.efi": "one", "ipxe/ipxe-arm64.efi": "two",
    ])
    let root = directory.path + "/ipxe"
    let files = try PrintedNetwork.files(
      "http-boot",
      PrintedNetwork.base + ["--data-dir", directory.path + "/a b", "--tftp-root", root],
      files: [root + "/snponly.efi", root + "/ipxe-arm64.efi"])
    try Self.expect("/bin/sh", ["FILE"], files[1].text)
    let efi = directory.path + "/a b/images/efi/"
    #expect(try String(contentsOfFile: efi + "snponly.efi", encoding: .utf8) == "one")
    #expect(try String(contentsOfFile: efi + "ipxe-arm64.efi", encoding: .utf8) == "two")
    for name in ["snponly.efi", "ipxe-arm64.efi"] {
      #expect(files[0].text.contains("http://192.168.122.1:4777/images/efi/\(name)\n"))
    }
  }

  @Test func `a shell, which copies what is signed`() throws {
    let names = [
      "x86_64-sb/snponly-shim.efi", "x86_64-sb/snponly.efi", "arm64-sb/snponly-shim.efi",
      "arm64-sb/snponly.efi", "i386/undionly.kpxe",
    ]
    let directory = try TemporaryDirectory(
      Dictionary(uniqueKeysWithValues: names.map { ("ipxeboot/" + $0, $0) }))
    let files = try PrintedNetwork.files(
      "shim", PrintedNetwork.base + ["--data-dir", directory.path + "/data"])
    try Self.expect("/bin/sh", ["FILE", directory.path + "/ipxeboot"], files[1].text)
    let root = RealPath.of(directory.path) + "/data/images/efi"
    #expect(files[0].text.contains("\ntftp-root=\(root)\n"))
    // Every file that the lines name is there, and every shim has the iPXE beside it that it loads.
    let named = files[0].text.matches(of: #/\ndhcp-boot=tag:!ipxe,tag:[^,]*,(?:http.*/efi/)?(.*)/#)
      .map { String($0.output.1) }
    #expect(named.count == 5)
    for name in named + named.map({ $0.replacing("-shim", with: "") }) {
      #expect(FileManager.default.fileExists(atPath: "\(root)/\(name)"), "\(name)")
    }
    try Self.expect("/bin/sh", ["-c", "! sh FILE"], files[1].text)
  }

  @Test func `a shell, which would build iPXE`() throws {
    let files = try PrintedNetwork.files("embed")
    try Self.expect("/bin/sh", ["-n", "FILE"], files[1].text)
  }
}

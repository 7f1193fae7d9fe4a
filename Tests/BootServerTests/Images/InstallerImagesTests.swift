// BootServerTests: what installers ask for, asked for as they do.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

/// An upstream with disk images, by a built-in row whose key is the test's own.
private struct InstallerLab {
  let lab: ImageLab
  let os: String
  let server: TestServer

  init(_ os: String, folder: String) throws {
    self.os = os
    lab = try ImageLab(["profiles/web.json": "{\"os\":\"\(os)\",\"version\":\"stable\"}"])
    try FileManager.default.removeItem(atPath: lab.directory.path + "/images/sources/flatcar.json")
    let shown = try lab.run(["sources", "show", os])
    var row = try #require(
      try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any])
    row["base"] = "\(lab.upstream.base)\(folder)"
    row["keys"] = [lab.key.fingerprint]
    // The first is the default, and a dictionary has no order.
    row["arch"] = (row["arch"] as? [String: String])?.filter { $0.key == "amd64" }
    try lab.directory.write(
      "images/sources/\(os).json", try JSONSerialization.data(withJSONObject: row))
    server = try TestServer(directory: lab.directory)
  }

  /// Publishes a version of Flatcar's or CoreOS' layout, its disk image too.
  func publish(_ version: String, channel: String = "stable") throws {
    let mark = os == "coreos" ? "COREOS" : "FLATCAR"
    let text = Data("\(mark)_BUILD=1\n\(mark)_VERSION=\(version)\n".utf8)
    for file in ["pxe.vmlinuz", "pxe_image.cpio.gz"] {
      let name = "\(os)_production_\(file)"
      let body = Data("\(version) \(channel) \(file)".utf8)
      let list = Data("# SHA512 HASH\n\(Self.sha512(body))  \(name)\n".utf8)
      lab.put("\(version)/\(name)", body, channel: channel)
      let signed = Data(try lab.key.sign(list, ["--clear-sign"]))
      lab.put("\(version)/\(name).DIGESTS.asc", signed, channel: channel)
    }
    for (name, body) in [(image, Self.image(version)), ("version.txt", text)] {
      lab.put("\(version)/\(name)", body, channel: channel)
      let signature = Data(try lab.key.sign(body, ["--detach-sign"]))
      lab.put("\(version)/\(name).sig", signature, channel: channel)
    }
    lab.put("current/version.txt", text, channel: channel)
  }

  var image: String { "\(os)_production_image.bin.bz2" }

  static func image(_ version: String) -> Data { Data("the disk of \(version)\n".utf8) }

  private static func sha512(_ data: Data) -> String { System.SHA512.hex(of: Array(data)) }

  /// What `-b BASE` makes an installer ask for, by curl.
  func get(_ path: String, isHead: Bool = false) throws -> Data? {
    let place = try TemporaryDirectory()
    let url = "http://127.0.0.1:\(server.port)/images/\(path)"
    let how = isHead ? ["--head"] : []
    let result = try Program.run(
      Tool.curl.path, ["-fsS", "--output", place.path + "/got", url] + how)
    return result.status == 0 ? try place.read("got") : nil
  }

  /// As flatcar-install and coreos-install do: the version by `current/version.txt`, whether image and signature
  /// are there, both, and then gpg.
  ///
  /// - Parameter version: the installer's `-V`; `nil`: what is current.
  func install(from base: String, version: String? = nil) throws -> Data {
    let mark = os == "coreos" ? "COREOS_VERSION=" : "FLATCAR_VERSION="
    let text = String(decoding: try get("\(base)/current/version.txt") ?? Data(), as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix(mark) } ?? ""
    let version = version ?? String(line.dropFirst(mark.count))
    for name in [image, "\(image).sig"] {
      _ = try #require(try get("\(base)/\(version)/\(name)", isHead: true), "\(version)/\(name)")
    }
    let body = try #require(try get("\(base)/\(version)/\(image)"))
    try expectSigned(body, try #require(try get("\(base)/\(version)/\(image).sig")))
    return body
  }

  func expectSigned(_ body: Data, _ signature: Data) throws {
    let place = try TemporaryDirectory()
    try place.write("body", body)
    try place.write("body.sig", signature)
    try place.write("key.gpg", Data(lab.key.keyring))
    let gpgv = try Program.run(
      Tool.gpgv.path, ["--keyring", "./key.gpg", "body.sig", "body"], directory: place.path)
    #expect(gpgv.status == 0, "\(gpgv.output)")
  }
}

@Suite("An installer", .waits, .needs(imageNeeds))
struct InstallerImagesTests {
  @Test(arguments: [("flatcar", "flatcar/amd64-usr"), ("coreos", "amd64-usr")])
  func `of Flatcar and CoreOS finds its tree, by current and by number`(
    os: String, base: String
  ) throws {
    let test = try InstallerLab(os, folder: "/{channel}/{arch}")
    try test.publish("1.0.0")
    let fetched = try test.lab.run(["fetch", os, "--disk-images"])
    #expect(fetched.status == 0, "\(fetched.output)")
    #expect(try test.install(from: base) == InstallerLab.image("1.0.0"))
    #expect(try test.install(from: base, version: "1.0.0") == InstallerLab.image("1.0.0"))
    // Installers of 2014 ask for nothing but this.
    #expect(try test.install(from: base, version: "current") == InstallerLab.image("1.0.0"))
    #expect(try test.lab.run(["list"]).output.contains("current stable"))

    // Who follows the channel goes on to bring them.
    try test.publish("2.0.0")
    #expect(try test.lab.run(["fetch", os]).status == 0)
    #expect(try test.install(from: base) == InstallerLab.image("2.0.0"))
    try test.publish("3.0.0", channel: "beta")
    #expect(try test.lab.run(["fetch", os, "beta", "--disk-images"]).status == 0)
    #expect(try test.install(from: base) == InstallerLab.image("2.0.0"))
    #expect(try test.install(from: base, version: "3.0.0") == InstallerLab.image("3.0.0"))
    #expect(try test.lab.run(["rollback", os, "stable"]).status == 0)
    #expect(try test.install(from: base) == InstallerLab.image("1.0.0"))
    #expect(try test.lab.run(["verify"]).status == 0)
  }

  @Test func `gets what a version that is there already lacked, and a person's current stays`()
    throws
  {
    let test = try InstallerLab("flatcar", folder: "/{channel}/{arch}")
    let base = "flatcar/amd64-usr"
    try test.publish("1.0.0")
    #expect(try test.lab.run(["fetch", "flatcar"]).status == 0)
    #expect(try test.get("\(base)/current/version.txt") == nil)
    #expect(try test.lab.run(["fetch", "flatcar", "--disk-images"]).status == 0)
    #expect(try test.install(from: base) == InstallerLab.image("1.0.0"))

    let folder = "\(test.lab.directory.path)/images/\(base)/current"
    try FileManager.default.removeItem(atPath: folder)
    try test.lab.directory.write("images/\(base)/current/version.txt", "FLATCAR_VERSION=0.9\n")
    try test.publish("2.0.0")
    #expect(try test.lab.run(["fetch", "flatcar"]).status == 0)
    let text = try test.get("\(base)/current/version.txt") ?? Data()
    #expect(String(decoding: text, as: UTF8.self) == "FLATCAR_VERSION=0.9\n")
  }

  /// `coreos-installer install --image-url URL`, and `coreos.inst.image_url=URL`: the URL, and `URL.sig`.
  @Test func `of Fedora CoreOS finds the image and its signature beside it`() throws {
    let test = try InstallerLab("fedora-coreos", folder: "")
    let (version, base) = ("39.20240101.3.0", "/prod/streams/stable/builds/39.20240101.3.0/x86_64")
    func publish(_ name: String) throws -> [String: String] {
      let file = "fedora-coreos-\(version)-\(name)"
      let body = Data("\(file)\n".utf8)
      test.lab.serve("\(base)/\(file)", body)
      test.lab.serve("\(base)/\(file).sig", Data(try test.lab.key.sign(body, ["--detach-sign"])))
      let location = "https://builds.coreos.fedoraproject.org\(base)/\(file)"
      return [
        "location": location, "signature": location + ".sig", "sha256": SHA256Text.of(body),
      ]
    }
    let formats: [String: [String: [String: String]]] = [
      "pxe": [
        "kernel": try publish("live-kernel.x86_64"),
        "initramfs": try publish("live-initramfs.x86_64.img"),
        "rootfs": try publish("live-rootfs.x86_64.img"),
      ],
      "raw.xz": ["disk": try publish("metal.x86_64.raw.xz")],
    ]
    let metal: [String: Any] = ["release": version, "formats": formats]
    let stream: [String: Any] = [
      "stream": "stable", "architectures": ["x86_64": ["artifacts": ["metal": metal]]],
    ]
    test.lab.serve("/streams/stable.json", try JSONSerialization.data(withJSONObject: stream))
    let from = ["--from", test.lab.upstream.base]
    let fetched = try test.lab.run(["fetch", "fedora-coreos", "--disk-images"] + from)
    #expect(fetched.status == 0, "\(fetched.output)")
    for folder in [version, "stable"] {
      let url = "fedora-coreos/x86_64/\(folder)/fedora-coreos-\(version)-metal.x86_64.raw.xz"
      try test.expectSigned(
        try #require(try test.get(url)), try #require(try test.get(url + ".sig")))
    }
    #expect(try test.lab.run(["verify"]).status == 0)
  }
}

// BootServerTests: images that are damaged, cannot be followed, or cannot be written.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("Images that are damaged", .waits, .needs(imageNeeds))
struct DamagedImagesTests {
  private static let file = "\(ImageLab.folder)/1.0.0/\(ImageLab.initrd)"

  /// A lab with a file of the right size and other bytes.
  private static func lab() throws -> ImageLab {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    try #require(try lab.run(["fetch", "flatcar"]).status == 0)
    return lab
  }

  private static func damage(_ lab: ImageLab) throws {
    var bytes = ImageLab.body("1.0.0", ImageLab.initrd)
    bytes[bytes.count / 2] ^= 1
    try lab.directory.write(file, bytes)
  }

  @Test func `are found by verify, and mended by the command that it prints`() throws {
    let lab = try Self.lab()
    try Self.damage(lab)
    let verified = try lab.run(["verify"])
    #expect(verified.status == 3 && verified.output.contains("\(Self.file) has SHA-256 "))
    let mark = "to mend it, say: coreos-ipxe-server --data-dir \(lab.directory.path) images "
    let line = try #require(
      verified.output.split(separator: "\n").first { $0.hasPrefix(mark) }, "\(verified.output)")
    #expect(line == "\(mark)fetch flatcar 1.0.0 --arch amd64-usr --again")
    let json = try lab.run(["verify", "flatcar", "--json"])
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(json.status == 3 && rows.count == 1 && rows[0]["checked"] as? Bool == true)
    #expect((rows[0]["findings"] as? [[String: String]])?.first?["file"] == ImageLab.initrd)
    #expect((rows[0]["mend"] as? String)?.hasSuffix("--again") == true)
    // What only looks at sizes does not see it.
    #expect(try lab.run(["fetch", "flatcar"]).output.contains("was there already"))

    let asked = lab.upstream.requests().count
    let mended = try lab.run(line.dropFirst(mark.count).split(separator: " ").map(String.init))
    #expect(mended.status == 0, "\(mended.output)")
    let paths = lab.upstream.requests().dropFirst(asked).map(\.path)
    #expect(paths.contains { $0.hasSuffix("/\(ImageLab.initrd)") })
    #expect(!paths.contains { $0.hasSuffix("/\(ImageLab.kernel)") }, "the kernel is as it was")
    #expect(try lab.directory.read(Self.file) == ImageLab.body("1.0.0", ImageLab.initrd))
    #expect(try lab.run(["verify"]).status == 0 && lab.stable == "1.0.0")
    #expect(try lab.run(["fetch", "flatcar", "--again"]).output.contains("was there already"))
  }

  @Test func `are not replaced by other bytes that upstream has by now`() throws {
    let lab = try Self.lab()
    try Self.damage(lab)
    let before = try lab.directory.read(Self.file)
    try lab.publish("1.0.0", bytes: 300_000)
    let refused = try lab.run(["fetch", "flatcar", "1.0.0", "--again"])
    #expect(refused.status == 1 && refused.output.contains("images remove flatcar 1.0.0"))
    #expect(try lab.directory.read(Self.file) == before)
  }

  /// SHA-512 alone is what upstream lists: what is there is read each time, so damage is seen at once.
  @Test func `are mended at the next fetch where digests are of 512 bits`() throws {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    for name in [ImageLab.kernel, ImageLab.initrd] {
      let hex = SHA512.hex(of: Array(ImageLab.body("1.0.0", name)))
      let list = Data("# SHA512 HASH\n\(hex)  \(name)\n".utf8)
      lab.put("1.0.0/\(name).DIGESTS.asc", Data(try lab.key.sign(list, ["--clear-sign"])))
    }
    #expect(try lab.run(["fetch", "flatcar"]).status == 0)
    try Self.damage(lab)
    let mended = try lab.run(["fetch", "flatcar"])
    #expect(mended.status == 0 && mended.output.contains("1.0.0 is there"), "\(mended.output)")
    #expect(try lab.run(["verify"]).status == 0)
  }

  @Test func `that came by their URLs are removed and fetched as before`() throws {
    let lab = try ImageLab()
    lab.put("rescue.iso", Data("an image".utf8))
    let url = "\(lab.upstream.base)/stable/amd64-usr/rescue.iso"
    #expect(try lab.run(["fetch", "--url", url, "--unsigned"]).status == 0)
    try lab.directory.write("images/files/rescue.iso/rescue.iso", "an imago")
    let verified = try lab.run(["verify"])
    #expect(verified.status == 3)
    #expect(
      verified.output.contains(
        "say: coreos-ipxe-server --data-dir \(lab.directory.path)"
          + " images remove files rescue.iso, and fetch it as before"),
      "\(verified.output)")
  }
}

@Suite("A channel that cannot be followed", .needs(imageNeeds))
struct FailedChannelTests {
  @Test func `is told by images list until it can`() throws {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    lab.put("1.0.0/\(ImageLab.initrd)", Data("tampered".utf8))
    #expect(try lab.run(["fetch", "flatcar"]).status == 1)
    var list = try lab.run(["list"]).output
    #expect(list.hasPrefix("no images"))
    #expect(
      list.contains("flatcar/amd64-usr: the last try to follow stable failed 0 min ago: "),
      "\(list)")
    #expect(list.contains("1.0.0/\(ImageLab.initrd) has SHA-256"), "\(list)")
    try lab.publish("1.0.0")
    #expect(try lab.run(["fetch", "flatcar"]).status == 0)
    #expect(!(try lab.run(["list"]).output.contains("failed")))
    // Also where the link has nowhere to go afterwards.
    lab.latest("../2")
    #expect(try lab.run(["fetch", "flatcar"]).status == 1)
    #expect(try lab.run(["list"]).output.contains("failed"))
    lab.latest("1.0.0")
    #expect(try lab.run(["fetch", "flatcar"]).status == 0)
    list = try lab.run(["list"]).output
    #expect(!list.contains("failed"), "\(list)")
  }

  @Test func `leaves nothing behind where there are no images at all`() throws {
    let (directory, upstream) = (try TemporaryDirectory(), try TestServer())
    let result = try Program.run(
      Program.built("coreos-ipxe-server"),
      [
        "images", "fetch", "flatcar", "--from", "http://127.0.0.1:\(upstream.port)", "--data-dir",
        directory.path,
      ])
    #expect(result.status == 1)
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/images"))
  }
}

private let rootNeeds = Needs([.gpg, .gpgv, .curl, .setpriv], root: true)

@Suite("Images that cannot be written", .needs(rootNeeds))
struct UnwritableImagesTests {
  /// The program where anyone may run it.
  private static func program() throws -> (place: TemporaryDirectory, path: String) {
    let place = try TemporaryDirectory()
    try Program.copyServer(to: place.path + "/server")
    try #require(chmod(place.path, 0o755) == 0)
    return (place, place.path + "/server")
  }

  private static func asNobody(_ words: [String]) throws -> (status: Int32, output: String) {
    let user = ["--reuid", "65534", "--regid", "65534", "--clear-groups"]
    return try Program.run(Tool.setpriv.path, user + words)
  }

  private static func expectRefused(
    _ result: (status: Int32, output: String), _ lab: ImageLab
  ) {
    let images = lab.directory.path + "/images"
    #expect(
      result.status == 1
        // The log's thread may write behind it.
        && result.output.contains(
          "coreos-ipxe-server: --update-images cannot write \(images); under systemd the unit wants"
            + " the line: ReadWritePaths=\(images)\n"),
      "\(result.output)")
  }

  @Test func `are said to be so to another user, at the server's start too`() throws {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    let (place, program) = try Self.program()
    defer { withExtendedLifetime(place) {} }
    let data = ["--data-dir", lab.directory.path]
    let fetched = try Self.asNobody([program, "images", "fetch", "flatcar"] + data)
    #expect(
      fetched.status == 1
        && fetched.output.hasSuffix(
          "images/flatcar/amd64-usr cannot be written: Permission denied;"
            + " run it as the owner of the images folder\n"),
      "\(fetched.output)")
    let options = ["--listen", "127.0.0.1:0", "--update-images", "1s"]
    Self.expectRefused(try Self.asNobody([program] + data + options), lab)
  }

  @Test func `are said to be so to root, whose mount is read-only`() throws {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    try #require(try lab.run(["fetch", "flatcar"]).status == 0)
    try lab.publish("2.0.0")
    let images = lab.directory.path + "/images"
    try #require(mount(images, images, nil, UInt(MS_BIND), nil) == 0)
    defer { umount2(images, Int32(MNT_DETACH)) }
    try #require(mount(nil, images, nil, UInt(MS_BIND | MS_REMOUNT | MS_RDONLY), nil) == 0)
    let fetched = try lab.run(["fetch", "flatcar"])
    #expect(
      fetched.status == 1 && fetched.output.contains("cannot be written: Read-only file system"),
      "\(fetched.output)")
    let server = try Program.run(
      Program.built("coreos-ipxe-server"),
      [
        "--data-dir", lab.directory.path, "--listen", "127.0.0.1:0", "--update-images", "1s",
      ])
    Self.expectRefused(server, lab)
    // What is there is served all the same.
    let serving = try ServerProgram(lab.directory.path)
    let script = try RawClient(port: serving.port).get("/?profile=web").text
    #expect(script.contains("set coreos-version 1.0.0"))
    serving.program.kill(SIGTERM)
    #expect(serving.program.exitStatus(within: 5) == 0)
  }
}

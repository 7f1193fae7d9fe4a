// BootServerTests: a data directory, and an upstream that publishes versions.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

/// An upstream with Flatcar's layout, signed by a key of its own, and a data directory whose row names it.
final class ImageLab: Sendable {
  static let kernel = "flatcar_production_pxe.vmlinuz"
  static let initrd = "flatcar_production_pxe_image.cpio.gz"
  static let folder = "images/flatcar/amd64-usr"

  let directory: TemporaryDirectory
  let upstream: Upstream
  let key: SigningKey
  private let published: Locked<[String: Data]>
  /// A path whose answer stops after 1000 bytes, and hangs.
  let hanging = Locked<String?>(nil)

  init(_ files: [String: String] = [:], hasKey: Bool = true) throws {
    directory = try TemporaryDirectory(
      ["profiles/web.json": #"{"os":"flatcar","version":"stable"}"#].merging(files) { $1 })
    key = try SigningKey()
    let published = Locked<[String: Data]>([:])
    self.published = published
    upstream = try Upstream { [hanging] request in
      guard let body = published.withLock({ $0[request.path] }) else {
        return Upstream.Reply(404, Data("not here\n".utf8))
      }
      let reply = Upstream.Reply.file(body, tag: "\"\(body.hashValue)\"", for: request)
      return hanging.withLock { $0 == request.path } ? reply.cut(1000, .hang) : reply
    }
    if hasKey { try directory.write("images/keys/flatcar.gpg", Data(key.keyring)) }
    try directory.write(
      "images/sources/flatcar.json",
      """
      {"base": "\(upstream.base)/{channel}/{arch}", "arch": {"amd64": "amd64-usr"},
       "channels": ["stable", "beta"], "latest": {"path": "current/version.txt", "line": "FLATCAR_VERSION="},
       "files": ["{version}/\(Self.kernel)", "{version}/\(Self.initrd)"],
       "digests": ["{file}.DIGESTS.asc"], "signed": "clear", "keys": ["\(key.fingerprint)"],
       "key_url": "https://example.org/key.asc"}
      """)
  }

  /// Puts a file where upstream has it.
  func put(_ path: String, _ body: Data?, channel: String = "stable") {
    serve("/\(channel)/amd64-usr/\(path)", body)
  }

  /// Puts a file anywhere.
  func serve(_ path: String, _ body: Data?) { published.withLock { $0[path] = body } }

  /// What a version's file is.
  static func body(_ version: String, _ name: String, bytes: Int = 200_000) -> Data {
    Data("\(version) \(name)\n".utf8) + Data(repeating: UInt8(version.utf8.count), count: bytes)
  }

  /// Publishes a version, signed.
  ///
  /// - Parameter isLatest: whether the channel names it.
  func publish(
    _ version: String, isLatest: Bool = true, by other: SigningKey? = nil, bytes: Int = 200_000,
    channel: String = "stable"
  ) throws {
    for name in [Self.kernel, Self.initrd] {
      let body = Self.body(version, name, bytes: bytes)
      put("\(version)/\(name)", body, channel: channel)
      let list = Data("# SHA256 HASH\n\(SHA256Text.of(body))  \(name)\n".utf8)
      let signed = Data(try (other ?? key).sign(list, ["--clear-sign"]))
      put("\(version)/\(name).DIGESTS.asc", signed, channel: channel)
    }
    if isLatest { latest(version, channel: channel) }
  }

  func latest(_ version: String, channel: String = "stable") {
    put("current/version.txt", Data("FLATCAR_VERSION=\(version)\n".utf8), channel: channel)
  }

  @discardableResult
  func run(_ words: [String]) throws -> (status: Int32, output: String) {
    try Program.run(
      Program.built("coreos-ipxe-server"),
      ["images"] + words + ["--data-dir", directory.path])
  }

  /// The versions that are there, and what the channel names.
  func versions() throws -> [String] {
    let folder = directory.path + "/" + Self.folder
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { !$0.hasPrefix(".") && $0 != "stable" }.sorted()
  }

  var stable: String? {
    try? FileManager.default.destinationOfSymbolicLink(
      atPath: directory.path + "/\(Self.folder)/stable")
  }
}

/// As `sha256sum` has it.
enum SHA256Text {
  static func of(_ data: Data) -> String { System.SHA256.hex(of: Array(data)) }
}

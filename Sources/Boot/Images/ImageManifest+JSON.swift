// Boot/Images: manifests as files.
// SPDX-License-Identifier: Apache-2.0

import Text

extension ImageManifest {
  private static let keyNames = [
    "format", "os", "version", "arch", "channel", "source", "time", "command", "verified", "signer",
    "files",
  ]

  /// Reads a manifest.
  ///
  /// - Parameter file: as messages name it.
  package init(file: String, text: [UInt8]) throws(ImageFileError) {
    // A later format may have keys that this program does not know, so it is looked at first.
    let any = try StrictObject(file: file, text: text, keys: nil)
    try any.requireFormat(Self.format)
    let object = try StrictObject(file: file, text: text, keys: Self.keyNames)
    os = try Self.text("os", of: object)
    arch = try Self.text("arch", of: object)
    source = try Self.text("source", of: object)
    guard let time = Timestamp(try Self.text("time", of: object)) else {
      throw object.bad("time", "must be a time of the form 2026-11-21T12:00:00Z")
    }
    self.time = time
    command = try Self.text("command", of: object)
    channel = try object.string("channel")
    signer = try object.string("signer")
    guard let version = ImageVersion(try Self.text("version", of: object)) else {
      throw object.bad("version", "can be no version")
    }
    self.version = version
    let word = try Self.text("verified", of: object)
    guard let verified = Verification(rawValue: word) else {
      throw object.bad("verified", "must be one of openpgp, digest and unsigned")
    }
    self.verified = verified
    if verified == .openpgp, signer == nil { throw object.missing("signer") }
    files = try Self.files(of: object)
  }

  private static func text(_ key: String, of object: StrictObject) throws(ImageFileError) -> String
  {
    guard let text = try object.string(key) else { throw object.missing(key) }
    return text
  }

  private static func files(of object: StrictObject) throws(ImageFileError) -> [String: File] {
    guard let list = try object.object("files", keys: nil) else { throw object.missing("files") }
    var files: [String: File] = [:]
    for member in list.members {
      if let fault = SafePath.fault(member.name) { throw list.bad(member.name, fault) }
      guard let row = try list.object(member.name, keys: ["size", "sha256"]) else {
        throw list.missing(member.name)
      }
      guard let size = try row.count("size") else { throw row.missing("size") }
      guard let hex = try row.string("sha256") else { throw row.missing("sha256") }
      guard let digest = ImageDigest(.sha256, hex: hex) else {
        throw row.bad("sha256", "must have 64 hexadecimal digits")
      }
      files[member.name] = File(size: size, sha256: digest)
    }
    if files.isEmpty { throw object.bad("files", "names no file") }
    return files
  }

  /// As the file has it; the same manifest is always the same bytes.
  package var fileText: String { JSONWriter.text(json, indent: 2) + "\n" }

  private var json: JSON {
    func text(_ name: String, _ value: String?) -> JSON.Member {
      JSON.Member(name, value.map { .string($0) } ?? .null)
    }
    let rows = files.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    return .object([
      JSON.Member("format", .number(String(Self.format))), text("os", os),
      text("version", version.text), text("arch", arch), text("channel", channel),
      text("source", source), text("time", time.description), text("command", command),
      text("verified", verified.rawValue), text("signer", signer),
      JSON.Member("files", .object(rows.map { JSON.Member($0.key, $0.value.json) })),
    ])
  }
}

extension ImageManifest.File {
  fileprivate var json: JSON {
    .object([
      JSON.Member("size", .number(String(size))), JSON.Member("sha256", .string(sha256.hex)),
    ])
  }
}

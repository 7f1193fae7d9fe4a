// BootTests/Images: manifests.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A manifest")
struct ImageManifestTests {
  static let digest = String(repeating: "a", count: 64)
  static let text = """
    {
      "format": 1,
      "os": "flatcar",
      "version": "4593.2.2",
      "arch": "amd64-usr",
      "channel": "stable",
      "source": "https://h/amd64-usr",
      "time": "2026-11-27T17:00:00Z",
      "command": "images fetch flatcar",
      "verified": "openpgp",
      "signer": "F88C",
      "files": {
        "boot/i": {
          "size": 5000000000,
          "sha256": "\(digest)"
        },
        "k": {
          "size": 0,
          "sha256": "\(digest)"
        }
      }
    }

    """

  func manifest(_ text: String) throws -> ImageManifest {
    try ImageManifest(file: "manifest.json", text: Array(text.utf8))
  }

  @Test func `is read and written as it was`() throws {
    let manifest = try manifest(Self.text)
    #expect(manifest.fileText == Self.text)
    #expect(manifest.size == 5_000_000_000)
    #expect(manifest.files["k"]?.size == 0)
    #expect(manifest.verified == .openpgp)
    var other = manifest
    other.channel = nil
    other.signer = nil
    other.verified = .digest
    #expect(try self.manifest(other.fileText) == other)
  }

  @Test(arguments: [
    ("\"format\": 1", "\"format\": 2", "has format 2, but this program knows format 1 alone"),
    ("\"format\": 1", "\"format\": 2, \"new\": 1", "has format 2"),
    ("\"format\": 1", "\"format\": \"1\"", "has format a string"),
    ("\"format\": 1,", "", "\"format\" is missing"),
    ("\"source\"", "\"sorce\"", "the key \"sorce\" is unknown; did you mean \"source\"?"),
    ("4593.2.2", "../4593", "\"version\" can be no version"),
    ("2026-11-27T", "2026-13-27T", "must be a time"),
    ("openpgp", "pgp", "must be one of openpgp, digest and unsigned"),
    ("\"F88C\"", "null", "\"signer\" is missing"),
    ("\"k\"", "\"../k\"", "could climb"), ("\"k\"", "\"/k\"", "absolute"),
    ("\"k\"", "\".k\"", "begins with a dot"), ("\"k\"", "\"boot/i\"", "comes twice"),
    ("\"size\": 0", "\"size\": -1", "must be a whole number from 0"),
    ("\"size\": 0", "\"size\": 1.5", "must be a whole number from 0"),
    ("\"size\": 0", "\"size\": 99999999999999999999", "must be a whole number from 0"),
    ("\"size\": 0,", "", "\"size\" is missing"),
    ("\"size\": 0,", "\"sise\": 0,", "did you mean \"size\"?"),
    (digest, "abc", "must have 64 hexadecimal digits"),
    ("\"flatcar\"", "1", "must be a string, but is a number"),
  ])
  func `is refused`(part: String, other: String, message: String) {
    do {
      _ = try manifest(Self.text.replacing(part, with: other))
      Issue.record("it was read")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }

  @Test func `without files is refused`() throws {
    var manifest = try manifest(Self.text)
    manifest.files = [:]
    #expect(throws: ImageFileError.self) { try self.manifest(manifest.fileText) }
  }
}

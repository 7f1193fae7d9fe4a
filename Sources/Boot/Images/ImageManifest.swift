// Boot/Images: what is known of a version that was fetched.
// SPDX-License-Identifier: Apache-2.0

import Text

/// `manifest.json` beside the files of a version: where they came from, and what they must be.
package struct ImageManifest: Equatable, Sendable {
  /// The file's name; no file of upstream's may have it.
  package static let fileName = "manifest.json"
  /// The format that this program knows.
  package static let format = 1

  /// What the files were checked by.
  package enum Verification: String, CaseIterable, Sendable {
    /// By a signature of a pinned key, each of them.
    case openpgp
    /// By digests that nobody signed, or that the operator gave.
    case digest
    /// By nothing.
    case unsigned
  }

  /// A file of the version.
  package struct File: Equatable, Sendable {
    /// In bytes.
    package let size: Int64
    /// Of all its bytes.
    package let sha256: ImageDigest

    /// - Parameter sha256: of all its bytes.
    package init(size: Int64, sha256: ImageDigest) {
      (self.size, self.sha256) = (size, sha256)
    }
  }

  /// The preset's name.
  package var os: String
  /// As its folder is called.
  package var version: ImageVersion
  /// Upstream's word, as the folder has it.
  package var arch: String
  /// `nil`: the version was named.
  package var channel: String?
  /// The URL that the files are below.
  package var source: String
  /// When they were promoted.
  package var time: Timestamp
  /// The words of the command that fetched them.
  package var command: String
  /// What its files were checked by.
  package var verified: Verification
  /// Who signed; `nil` where nobody did.
  package var signer: String?
  /// By their paths below the version's folder.
  package var files: [String: File]

  /// A manifest of files that were checked.
  package init(
    os: String, version: ImageVersion, arch: String, channel: String?, source: String,
    time: Timestamp,
    command: String, verified: Verification, signer: String?, files: [String: File]
  ) {
    (self.os, self.version, self.arch, self.channel) = (os, version, arch, channel)
    (self.source, self.time, self.command) = (source, time, command)
    (self.verified, self.signer, self.files) = (verified, signer, files)
  }

  /// All files' bytes.
  package var size: Int64 { files.values.reduce(0) { $0 &+ $1.size } }
}

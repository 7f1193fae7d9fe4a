// BootServer/Images: a file to fetch, and what came of it.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// One file to fetch.
package struct Download: Sendable, Equatable {
  /// Where it comes from.
  package let url: DownloadURL
  /// Its place below the version's folder.
  package let file: RelativePath
  /// Bytes that it must have; `nil` is not known.
  package var size: Int64?
  /// 64 hexadecimal digits that it must have; `nil` is not known yet.
  package var sha256: String?
  /// 128 hexadecimal digits that it must have; `nil` is not known yet.
  package var sha512: String?
  /// Whether its SHA-512 is wanted, too; it costs more time than the other.
  package var wantsSHA512 = false

  /// - Parameter sha512: has the file's SHA-512 worked out.
  package init(
    _ url: DownloadURL, to file: RelativePath, size: Int64? = nil, sha256: String? = nil,
    sha512: String? = nil
  ) {
    self.url = url
    self.file = file
    self.size = size
    self.sha256 = sha256?.lowercased()
    self.sha512 = sha512?.lowercased()
  }

  /// Whether a file of these digests is the one that is wanted.
  ///
  /// - Throws: ``DownloadError/wrongSize(url:expected:got:contentType:)`` or
  ///   ``DownloadError/wrongDigest(url:algorithm:expected:got:contentType:)``.
  func check(_ got: FileDigests, contentType: String?) throws(DownloadError) {
    if let size, size != got.size {
      throw .wrongSize(
        url: url.description, expected: size, got: got.size, contentType: contentType)
    }
    for (name, expected, digest) in [
      ("SHA-256", sha256, got.sha256.hex), ("SHA-512", sha512, got.sha512?.hex),
    ] {
      guard let expected, let digest, expected != digest else { continue }
      throw .wrongDigest(
        url: url.description, algorithm: name, expected: expected, got: digest,
        contentType: contentType)
    }
  }
}

/// A file that has been fetched whole and stands in the staging folder.
package struct Fetched: Sendable, Equatable {
  /// Its place below the version's folder.
  package let file: RelativePath
  /// Where it came from, for people.
  package let url: String
  /// Bytes.
  package let size: Int64
  /// 64 hexadecimal digits.
  package let sha256: String
  /// 128 hexadecimal digits, where they were wanted.
  package let sha512: String?
  /// As the upstream names it, if it was asked this time.
  package let contentType: String?
  /// Whether an earlier try had fetched all of it.
  package let wasThere: Bool
}

/// How far a file has come.
package struct DownloadProgress: Sendable, Equatable {
  /// Its place below the version's folder.
  package let file: RelativePath
  /// Bytes that are there, those of earlier tries too.
  package let bytes: Int64
  /// `nil` where the upstream does not say.
  package let total: Int64?
}

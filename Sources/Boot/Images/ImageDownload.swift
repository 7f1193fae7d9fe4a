// Boot/Images: one file that a fetch downloads.
// SPDX-License-Identifier: Apache-2.0

/// A file of upstream's, and what it is checked by.
///
/// A plan's downloads are in an order in which each comes behind those that it is checked by.
package struct ImageDownload: Equatable, Sendable {
  /// What it is for.
  package enum Kind: Equatable, Sendable {
    /// A digest file; it is not promoted.
    case digests
    /// A detached signature; it is not promoted.
    case signature
    /// A boot needs it.
    case file
    /// An installer asks for it.
    case diskImage
  }

  /// What it is verified by, beside its digest.
  package enum Signature: Equatable, Sendable {
    /// It is clear-signed: what `gpgv --output` gives of it is read, nothing else.
    case clear
    /// The download of this name is its signature.
    case detached(String)
  }

  /// Where its digest is found.
  package enum DigestPlace: Equatable, Sendable {
    /// In the stream index: it is known already.
    case known(ImageDigest)
    /// In the digest file that was downloaded under this name, of this path.
    case listed(in: String, as: String)
  }

  /// What it is for.
  package let kind: Kind
  /// Where it is.
  package let url: String
  /// Its path below the version's folder; unique in a plan. What is not promoted is in `.verify`.
  package let name: String
  /// `nil`: it has no digest.
  package let digest: DigestPlace?
  /// `nil`: it is not signed itself.
  package let signature: Signature?

  /// For files that are named by their URLs.
  ///
  /// - Parameter name: below the version's folder.
  package init(
    kind: Kind, url: String, name: String, digest: DigestPlace?, signature: Signature?
  ) {
    (self.kind, self.url, self.name) = (kind, url, name)
    (self.digest, self.signature) = (digest, signature)
  }

  /// The download that is its detached signature.
  package var signatureName: String? {
    if case .detached(let name)? = signature { name } else { nil }
  }

  /// Whether it is a part of the version's folder.
  package var isPromoted: Bool { kind == .file || kind == .diskImage }
}

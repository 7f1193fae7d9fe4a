// Boot/Images: where an operating system's images come from.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A row of `Images/sources.json`, or a user's own `images/sources/NAME.json`.
///
/// There is nothing in a built-in row that a user's own could not say.
package struct ImageSource: Equatable, Sendable {
  /// A processor in the usual word and in upstream's.
  package struct Arch: Equatable, Sendable {
    /// As the row has it: `amd64`.
    package let usual: String
    /// `amd64-usr`; the images' folder has its name too.
    package let own: String
  }

  /// How the version of a channel is found.
  package struct Latest: Equatable, Sendable {
    /// How the version is read out of what is there.
    package enum Reading: Equatable, Sendable {
      /// The text behind this one, to the end of the line.
      case line(String)
      /// The first group of a regular expression; the highest version counts.
      case match(String)
      /// The stream index of Fedora CoreOS, which names the files as well.
      case stream
    }

    let path: SourceText
    /// How the version is read out of what is there.
    package let reading: Reading
  }

  /// How upstream signs.
  package enum Signed: Equatable, Sendable {
    /// The first digest file is clear-signed.
    case clear
    /// A detached signature: the first digest file's, or each file's where there is none.
    case suffix(String)
  }

  /// Where files go below the version's folder.
  enum Layout: Equatable, Sendable {
    /// All by one rule; `{file}` is the last part of a file's path.
    case all(SourceText)
    /// By their entries in `files` and `disk_images`; the others as they are called.
    case each([String: SourceText])
  }

  /// The preset's name, or the user's own.
  package let name: String
  let base: SourceText
  /// The default first.
  package let arches: [Arch]
  /// The default first; empty where `latest` is `nil`.
  package let channels: [String]
  /// `nil`: a version must be named.
  package let latest: Latest?
  let files: [SourceText]
  let diskImages: [SourceText]
  let digests: [SourceText]
  /// `nil`: upstream signs nothing.
  package let signed: Signed?
  /// Fingerprints, 40 hexadecimal digits, upper case.
  package let keys: [String]
  /// Where the project publishes its keys.
  package let keyURL: String?
  /// Whether a signature counts whose key has expired since.
  package let acceptsExpiredKeys: Bool
  let layout: Layout

  /// What is wrong with the name of a row, as the rest of a sentence: it names a folder in `images`.
  package static func nameFault(_ name: String) -> String? {
    guard ImageVersion(name) != nil else {
      return "is no name; one has letters, digits and ._+~- and 64 bytes at most"
    }
    let taken = ["files", "keys", "sources", "amd64-usr", "arm64-usr"]
    return taken.contains(name) ? "is a folder of the images' own; choose another name" : nil
  }

  /// The best that a row's files can be checked by.
  package var verification: ImageManifest.Verification {
    if signed != nil, !keys.isEmpty { return .openpgp }
    return digests.isEmpty && latest?.reading != .stream ? .unsigned : .digest
  }

  /// Whether there are disk images that `--disk-images` could fetch.
  package var hasDiskImages: Bool { !diskImages.isEmpty }

  /// A processor by any of its usual words or upstream's own; `nil` where the row has none.
  ///
  /// - Parameter word: `nil`: the default.
  package func arch(_ word: String?) -> Arch? {
    guard let word else { return arches.first }
    return arches.first { $0.own == word || ImageArch.isSame($0.usual, word) }
  }

  /// Below `images`; `coreos` keeps the place that it had in the original.
  package func folder(of arch: Arch) -> String {
    name == "coreos" ? arch.own : "\(name)/\(arch.own)"
  }

  /// Where a file goes below the version's folder.
  ///
  /// - Parameters:
  ///   - entry: as the row has it.
  ///   - called: the last part of its path.
  func place(of entry: String, called name: String, _ values: [SourceText.Hole: String]) -> String {
    var values = values
    values[.file] = name
    return switch layout {
    case .all(let text): text.filled(values)
    case .each(let texts): texts[entry]?.filled(values) ?? name
    }
  }
}

// Boot/Script: which version a channel is now.
// SPDX-License-Identifier: Apache-2.0

import Text

extension ScriptBuilder {
  /// The version that a script names: where the profile's is a channel, a link such as `stable -> 1298.6.0`,
  /// it is the one that the link names now. So kernel and initrd are of one version, also when the link is set
  /// anew between the two.
  ///
  /// Links that lead elsewhere than to a folder beside them stay as they are. The original's script follows
  /// only links of ``ImageManifest``'s folders, which `images fetch` made: its bytes are the original's for all
  /// others.
  mutating func concreteVersion(_ inputs: ScriptInputs) throws(Stop) -> String {
    let version = inputs.profile.version
    // A channel's name begins with a letter: nothing is looked at for `1298.6.0`.
    guard let first = version.utf8.first, ASCII.isLetter(first), !version.contains("/"),
      !version.contains("${"),
      let link = try versionFolder(inputs), let path = RelativePath(link.utf8)
    else { return version }
    guard try isThere(link),
      case .success(let target?) = try waiting({ () throws(Pending) in try files.target(path) }),
      !target.isEmpty, !target.contains("/"), target != ".", target != ".."
    else { return version }
    if inputs.profile.isNewStyle { return target }
    let folder = link.dropLast(version.utf8.count)
    return try isThere("\(folder)\(target)/\(ImageManifest.fileName)") ? target : version
  }

  /// What is known of the version's files; `nil` where nobody verified them. It appears with them, so the script
  /// does not depend on it.
  func manifest(_ inputs: ScriptInputs) throws(Stop) -> VersionManifest? {
    guard let folder = try versionFolder(inputs),
      let path = RelativePath("\(folder)/\(ImageManifest.fileName)".utf8),
      case .success(let contents) = try waiting({ () throws(Pending) in
        try files.read(path, Self.fileLimit)
      }),
      let manifest = try? ImageManifest(file: path.text, text: contents.bytes),
      manifest.verified != .unsigned
    else { return nil }
    return VersionManifest(folder: folder, manifest: manifest)
  }

  /// The folder below the data directory whose name is the version.
  private func versionFolder(_ inputs: ScriptInputs) throws(Stop) -> String? {
    let version = inputs.profile.version
    guard inputs.profile.isNewStyle else { return "images/amd64-usr/\(version)" }
    guard let folder = inputs.imagesFolder else { return nil }
    let names = folder.split(separator: "/")
    guard let last = names.lastIndex(where: { $0 == version }) else { return nil }
    return names[...last].joined(separator: "/")
  }
}

/// A channel that a profile follows.
package struct FollowedChannel: Hashable, Sendable {
  /// The preset's name.
  package let os: String
  /// In the system's own word; empty: its first.
  package let arch: String
  /// `stable`.
  package let channel: String
}

extension ScriptBuilder {
  /// The channels that a profile names as its version, for what it installs and for what it boots.
  ///
  /// What is wrong with the profile otherwise does not matter here: its images may not be there yet.
  package func followed(profile name: [UInt8]) -> Set<FollowedChannel> {
    var builder = self
    var found: Set<FollowedChannel> = []
    let file = "profiles/" + String(decoding: name, as: UTF8.self) + ".json"
    guard let chain = try? builder.chain(name, file: file) else { return [] }
    for isInstalling in [false, true] {
      guard
        let layers = try? chain.onPreset(
          isInstalling: isInstalling && chain.contains { $0.install != nil }),
        let profile = try? Profile(
          layers, isInstalling: isInstalling && layers.contains { $0.install != nil }, platform: nil
        ),
        let first = profile.version.utf8.first, ASCII.isLetter(first), profile.imageBaseURL.isEmpty
      else { continue }
      let inputs = ScriptInputs(profile: profile, profileName: name, file: file, base: base)
      let arch = profile.isNewStyle ? (try? inputs.architecture()) ?? profile.arch : "amd64-usr"
      let os = profile.isNewStyle ? profile.os : "coreos"
      if !os.isEmpty {
        found.insert(FollowedChannel(os: os, arch: arch, channel: profile.version))
      }
    }
    return found
  }
}

/// A manifest, and the folder that it is about.
struct VersionManifest {
  /// Below the data directory.
  let folder: String
  let manifest: ImageManifest

  /// For the console: `41.2 MB, SHA-256 0123456789ab`.
  func note(of file: String?) -> String? {
    guard let file, file.hasPrefix(folder + "/"),
      let known = manifest.files[String(file.dropFirst(folder.utf8.count + 1))]
    else { return nil }
    return "\(ByteText.of(known.size)), SHA-256 \(known.sha256.hex.prefix(12))"
  }
}

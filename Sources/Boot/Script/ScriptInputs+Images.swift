// Boot/Script: where a profile's images are.
// SPDX-License-Identifier: Apache-2.0

import Text

extension ScriptInputs {
  /// The architecture in the preset's own word.
  ///
  /// - Throws: ``BootError`` for one that it does not come for.
  func architecture() throws(BootError) -> String {
    let (arch, arches) = (profile.arch, profile.arches)
    guard let first = arches.first else { return arch }
    if arch.isEmpty { return first.own }
    if let found = arches.first(where: { $0.own == arch || $0.usual == arch }) { return found.own }
    let usual = Self.usualWords.first { $0.contains(arch) } ?? []
    if let found = arches.first(where: { usual.contains($0.usual) }) { return found.own }
    let known = arches.map(\.own)
    let os = profile.os.isEmpty ? "" : " for \(profile.os)"
    throw wrong("arch", "must be one of \(known.joined(separator: ", "))\(os), but is \"\(arch)\"")
  }

  /// The words that mean one architecture.
  private static let usualWords: [Set<String>] = [
    ["x86_64", "amd64", "x64"], ["aarch64", "arm64"],
  ]

  /// The folder of the images below the data directory: `images/debian/amd64/12`; `nil`: they are elsewhere.
  var imagesFolder: String? {
    if !profile.imageBaseURL.isEmpty { return nil }
    return values.imagesFolder.isEmpty ? "images" : "images/\(values.imagesFolder)"
  }

  /// The folder below `images/`; a part that stands for nothing is left out.
  ///
  /// - Throws: ``BootError`` where it is no folder's name.
  func folder() throws(BootError) -> String {
    try folder(profile.images)
  }

  private func folder(_ text: String) throws(BootError) -> String {
    if text.isEmpty { return "" }
    var path: [UInt8] = []
    for atom in try TextExpansion.atoms(of: text, key: "images", self) {
      switch atom {
      case .text(let text), .value(let text): path += text
      case .image, .hole, .machine:
        throw wrong("images", "is the same for all of a profile's machines, and names what is not")
      }
    }
    let parts = path.split(separator: 0x2f).joined(separator: [0x2f])
    guard let folder = RelativePath(parts) else {
      throw wrong(
        "images",
        "must name a folder below images/, but is \"\(String(decoding: path, as: UTF8.self))\"")
    }
    return folder.text
  }

  /// What `${base-url}` is set to.
  func baseURL() throws(BootError) -> [UInt8] {
    if !profile.imageBaseURL.isEmpty { return try elsewhere() }
    if profile.images.isEmpty { return base + Array("/images".utf8) }
    var text = profile.images
    // The version stands in one place of the script, as it did in the original's.
    if !profile.version.isEmpty { text = text.replacing("{{version}}", with: "${coreos-version}") }
    return base + Array("/images/\(ScriptText.urlPath(try folder(text)))".utf8)
  }

  private func elsewhere() throws(BootError) -> [UInt8] {
    let key = "image_base_url"
    var url: [UInt8] = []
    for atom in try TextExpansion.atoms(of: profile.imageBaseURL, key: key, self) {
      switch atom {
      case .text(let text): url += text
      case .value(let value): url += PercentCoding.encodedPath(value)
      case .image, .hole, .machine:
        throw wrong(key, "is the same for all of a profile's machines, and names what is not")
      }
    }
    let text = String(decoding: url, as: UTF8.self)
    guard text.contains("://") || text.hasPrefix("${") else {
      throw wrong(key, "must be a URL such as http://HOST/PATH")
    }
    guard !url.contains(0x20) else {
      throw wrong(key, "holds a blank, which iPXE would end the URL at; write %20")
    }
    guard !text.hasPrefix("-") else { throw wrong(key, "begins like an option") }
    return try checked(key, text.hasSuffix("/") ? String(text.dropLast()) : text)
  }
}

// Boot/Images: downloads as they are gathered.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Gathers the downloads of a version: digest files and signatures first, each once.
struct DownloadList {
  private let plan: SourcePlan
  private let values: [SourceText.Hole: String]
  private var checks: [ImageDownload] = []
  private var files: [ImageDownload] = []
  /// Digest files by their paths: the name that each is kept under.
  private var digestNames: [String: String] = [:]
  private var places: Set<String> = []

  init(plan: SourcePlan, version: ImageVersion, values: [SourceText.Hole: String]) {
    (self.plan, self.values) = (plan, values)
  }

  /// In the order to fetch.
  var downloads: [ImageDownload] { checks + files }

  /// Adds files whose paths the row has.
  mutating func add(
    _ entries: [SourceText], _ kind: ImageDownload.Kind
  ) throws(SourcePlanError) {
    let paths = entries.map { (entry: $0.text, path: $0.filled(values)) }
    for (entry, path) in paths {
      if let fault = SafePath.fault(path) { throw refused(path, fault) }
      let own = ownSignature(of: path, in: paths)
      var digest: ImageDownload.DigestPlace?
      var signature = own
      if own == nil, !Self.isSignature(path, in: paths) {
        digest = try addDigests(of: path)
        if digest == nil, case .suffix(let suffix)? = plan.source.signed {
          signature = .detached(
            addCheck(.signature, SourceURL.joined(plan.base, path + suffix), path + suffix))
        }
      }
      try add(
        kind, url: SourceURL.joined(plan.base, path), entry: entry, path: path, digest: digest,
        signature: signature)
    }
  }

  /// Adds files that a stream index names.
  ///
  /// - Parameter base: stands in for scheme and host.
  mutating func add(
    _ entries: [SourceText], _ kind: ImageDownload.Kind, of stream: ImageStream, at url: String,
    movedTo base: String?
  ) throws(SourcePlanError) {
    for entry in entries {
      let file: ImageStream.File
      do throws(SourceFault) {
        file = try stream.file(entry.text)
      } catch {
        throw .badStream(url: url, reason: error.reason)
      }
      let path = String(SourceURL.path(of: file.location) ?? "")
      if let fault = SafePath.fault(path) {
        throw .badPath(url: url, path: file.location, reason: fault)
      }
      var signature: ImageDownload.Signature?
      if case .suffix(let suffix)? = plan.source.signed {
        let place = file.signature ?? file.location + suffix
        let url = moved(place, base)
        if kind == .diskImage {
          // An installer asks for it beside the image.
          let name = self.place(entry.text, path) + suffix
          try add(.diskImage, url: url, name: name, digest: nil, signature: nil)
          signature = .detached(name)
        } else {
          signature = .detached(
            addCheck(.signature, url, String(SourceURL.path(of: place) ?? "")))
        }
      }
      try add(
        kind, url: moved(file.location, base), entry: entry.text, path: path,
        digest: file.sha256.map { .known($0) }, signature: signature)
    }
  }

  private func moved(_ url: String, _ base: String?) -> String {
    base.flatMap { SourceURL.moved(url, to: $0) } ?? url
  }

  private func refused(_ path: String, _ fault: String) -> SourcePlanError {
    .badPath(url: plan.base, path: path, reason: fault)
  }

  /// A file whose signature is listed beside it is checked by that.
  private func ownSignature(
    of path: String, in paths: [(entry: String, path: String)]
  ) -> ImageDownload.Signature? {
    let found = paths.first { other in Self.endings.contains { other.path == path + $0 } }
    return found.map { .detached(place($0.entry, $0.path)) }
  }

  private static func isSignature(_ path: String, in paths: [(entry: String, path: String)]) -> Bool
  {
    paths.contains { other in endings.contains { path == other.path + $0 } }
  }

  private static let endings = [".sig", ".asc", ".gpg", ".sign"]

  private func place(_ entry: String, _ path: String) -> String {
    plan.source.place(of: entry, called: Self.lastPart(path), values)
  }

  private static func lastPart(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private mutating func add(
    _ kind: ImageDownload.Kind, url: String, entry: String, path: String,
    digest: ImageDownload.DigestPlace?, signature: ImageDownload.Signature?
  ) throws(SourcePlanError) {
    try add(kind, url: url, name: place(entry, path), digest: digest, signature: signature)
  }

  private mutating func add(
    _ kind: ImageDownload.Kind, url: String, name: String, digest: ImageDownload.DigestPlace?,
    signature: ImageDownload.Signature?
  ) throws(SourcePlanError) {
    if let fault = SafePath.fault(name) { throw refused(name, fault) }
    let isTaken = places.contains { Self.isSame(name, $0) || Self.isSame($0, name) }
    guard !isTaken, name != ImageManifest.fileName, places.insert(name).inserted else {
      throw .samePlace(os: plan.source.name, name: name)
    }
    files.append(
      ImageDownload(kind: kind, url: url, name: name, digest: digest, signature: signature))
  }

  /// Whether one place is the other, or lies below it.
  private static func isSame(_ place: String, _ other: String) -> Bool {
    place == other || place.hasPrefix(other + "/")
  }

  /// Adds the chain of digest files of one file.
  ///
  /// - Returns: where its digest is; `nil` where the row has no digest files.
  private mutating func addDigests(of file: String) throws(SourcePlanError)
    -> ImageDownload.DigestPlace?
  {
    var values = values
    values[.file] = file
    var last: (name: String, path: String)?
    for digests in plan.source.digests {
      let path = digests.filled(values)
      if let fault = SafePath.fault(path, dotNames: true) { throw refused(path, fault) }
      let listed = last.map { Self.listed(path, in: $0) }
      last = (addDigestFile(path, listed: listed), path)
    }
    return last.map { Self.listed(file, in: $0) }
  }

  private mutating func addDigestFile(
    _ path: String, listed: ImageDownload.DigestPlace?
  ) -> String {
    if let name = digestNames[path] { return name }
    let url = SourceURL.joined(plan.base, path)
    var signature: ImageDownload.Signature?
    if listed == nil {
      switch plan.source.signed {
      case .clear: signature = .clear
      case .suffix(let suffix):
        signature = .detached(addCheck(.signature, url + suffix, path + suffix))
      case nil: break
      }
    }
    let name = addCheck(.digests, url, path, digest: listed, signature: signature)
    digestNames[path] = name
    return name
  }

  private mutating func addCheck(
    _ kind: ImageDownload.Kind, _ url: String, _ path: String,
    digest: ImageDownload.DigestPlace? = nil, signature: ImageDownload.Signature? = nil
  ) -> String {
    let bare = String(Self.lastPart(path).drop { $0 == "." })
    let name = "\(SourcePlan.verifyFolder)/\(checks.count)-\(bare)"
    checks.append(
      ImageDownload(kind: kind, url: url, name: name, digest: digest, signature: signature))
    return name
  }

  /// A file as a digest file that lies above it names it; one beside it, by its name.
  private static func listed(
    _ file: String, in digests: (name: String, path: String)
  ) -> ImageDownload.DigestPlace {
    let folder = digests.path.lastIndex(of: "/").map { digests.path[...$0] } ?? ""
    let name = file.hasPrefix(folder) ? String(file.dropFirst(folder.count)) : lastPart(file)
    return .listed(in: digests.name, as: name)
  }
}

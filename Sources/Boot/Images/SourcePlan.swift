// Boot/Images: what a fetch downloads, in which order.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A source row, a processor and a channel or a version: where to look, and then what to fetch.
package struct SourcePlan: Sendable {
  /// What a listing may have, in bytes.
  package static let maxListing = 4 << 20
  /// The folder in the staging for what is not promoted.
  package static let verifyFolder = ".verify"

  /// Whose images.
  package let source: ImageSource
  /// The processor, in both words.
  package let arch: ImageSource.Arch
  /// The channel that is followed; `nil` where a version was named.
  package let channel: String?
  /// The version that was named; `nil` where a channel was.
  package let version: ImageVersion?
  /// Without a slash at its end, its holes filled.
  package let base: String
  /// The same without a name and a password, for messages and manifests.
  package var shownBase: String { SourceURL.shown(base) }
  private let isMoved: Bool

  /// - Parameters:
  ///   - arch: any usual word, or upstream's; `nil`: the row's first.
  ///   - wanted: a channel or a version; `nil`: the row's first channel.
  ///   - from: stands in for the row's base, whole.
  package init(
    _ source: ImageSource, arch word: String? = nil, wanted: String? = nil, from: String? = nil
  ) throws(SourcePlanError) {
    guard let arch = source.arch(word) else {
      throw .unknownArch(os: source.name, arch: word ?? "", known: source.arches.map(\.usual))
    }
    (self.source, self.arch, isMoved) = (source, arch, from != nil)
    if let wanted = wanted ?? source.channels.first {
      channel = source.channels.contains(wanted) ? wanted : nil
      version = channel == nil ? ImageVersion(wanted) : nil
      if channel == nil, version == nil { throw .notAVersion(os: source.name, text: wanted) }
    } else {
      throw .noChannels(os: source.name)
    }
    if channel != nil, source.latest == nil { throw .noChannels(os: source.name) }
    var text = source.base
    if let from {
      if let fault = SourceURL.fault(from, schemes: ["https", "http", "file"], allowsUser: true) {
        throw .badBase(from, reason: fault)
      }
      do throws(SourceFault) {
        text = try SourceText(from, holes: [.channel, .arch])
      } catch {
        throw .badBase(from, reason: error.reason)
      }
    }
    let channel = channel ?? source.channels.first ?? ""
    let filled = text.filled([.channel: channel, .arch: arch.own])
    base = filled.hasSuffix("/") ? String(filled.dropLast()) : filled
  }

  /// What the holes stand for.
  private func values(_ version: ImageVersion?) -> [SourceText.Hole: String] {
    var values = [
      SourceText.Hole.channel: channel ?? source.channels.first ?? "", .arch: arch.own,
    ]
    values[.version] = version?.text
    return values
  }

  /// What has to be read first; `nil` where the version is named and the files' names are known.
  package var listingURL: String? {
    guard let latest = source.latest else { return nil }
    if version != nil, latest.reading != .stream { return nil }
    return SourceURL.joined(base, latest.path.filled(values(nil)))
  }

  /// The version that is to be fetched.
  ///
  /// - Parameter listing: what is at ``listingURL``.
  package func version(from listing: [UInt8]) throws(SourcePlanError) -> ImageVersion {
    guard let latest = source.latest, let url = listingURL else {
      if let version { return version }
      throw .noChannels(os: source.name)
    }
    guard listing.contains(where: { $0 > 0x20 }) else { throw .emptyListing(url: url) }
    guard listing.count <= Self.maxListing else { throw .listingTooLong(url: url) }
    switch latest.reading {
    case .line(let mark): return try version(behind: mark, in: listing, url)
    case .match(let pattern):
      let isChannel = { (word: String) in source.channels.contains(word) }
      guard
        let found = VersionPattern(pattern, values: values(nil))?
          .highest(in: listing, except: isChannel)
      else { throw .noVersion(url: url, sought: pattern, isPage: Self.isHTML(listing)) }
      return found
    case .stream:
      let release = try stream(listing, url).release
      guard let version else { return try checked(release, url) }
      guard release == version.text else {
        throw .otherVersion(url: url, asked: version.text, has: release)
      }
      return version
    }
  }

  private func version(
    behind mark: String, in listing: [UInt8], _ url: String
  ) throws(SourcePlanError) -> ImageVersion {
    if Self.isHTML(listing) { throw .htmlListing(url: url) }
    let mark = Array(mark.utf8)
    for line in listing.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d })
    where line.starts(with: mark) {
      var value = ASCII.trimmed(line.dropFirst(mark.count))
      if let quote = value.first, quote == 0x22 || quote == 0x27, value.count > 1,
        value.last == quote
      {
        value = value.dropFirst().dropLast()
      }
      return try checked(String(decoding: value, as: UTF8.self), url)
    }
    throw .noVersion(url: url, sought: String(decoding: mark, as: UTF8.self), isPage: false)
  }

  private func checked(_ text: String, _ url: String) throws(SourcePlanError) -> ImageVersion {
    guard let version = ImageVersion(text), !source.channels.contains(text), text != "current"
    else {
      throw .badVersion(url: url, text: text)
    }
    return version
  }

  private func stream(_ bytes: [UInt8], _ url: String) throws(SourcePlanError) -> ImageStream {
    if Self.isHTML(bytes) { throw .htmlListing(url: url) }
    do throws(SourceFault) {
      return try ImageStream(bytes, arch: arch.own)
    } catch {
      throw .badStream(url: url, reason: error.reason)
    }
  }

  /// Whether a text begins as a page does.
  static func isHTML(_ bytes: [UInt8]) -> Bool {
    let start = bytes.drop { $0 <= 0x20 || $0 == 0xef || $0 == 0xbb || $0 == 0xbf }.prefix(15)
    let text = String(decoding: start.map(ASCII.lowercased), as: UTF8.self)
    return ["<!doctype", "<html", "<head", "<?xml", "<body"].contains { text.hasPrefix($0) }
  }

  /// What to fetch, in order.
  ///
  /// - Parameters:
  ///   - version: what ``version(from:)`` gave.
  ///   - listing: what it was read from; needed for a stream alone.
  package func downloads(
    of version: ImageVersion, listing: [UInt8] = [], diskImages: Bool = false
  ) throws(SourcePlanError) -> [ImageDownload] {
    var list = DownloadList(plan: self, version: version, values: values(version))
    if case .stream? = source.latest?.reading {
      let url = listingURL ?? base
      let stream = try stream(listing, url)
      guard stream.release == version.text else {
        throw .otherVersion(url: url, asked: version.text, has: stream.release)
      }
      try list.add(source.files, .file, of: stream, at: url, movedTo: isMoved ? base : nil)
      if diskImages {
        try list.add(
          source.diskImages, .diskImage, of: stream, at: url, movedTo: isMoved ? base : nil)
      }
    } else {
      try list.add(source.files, .file)
      if diskImages { try list.add(source.diskImages, .diskImage) }
    }
    return list.downloads
  }
}

// BootServer/Images: from a source row to a version that is there, whole and verified.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// Fetches one version: finds it, downloads it beside its place, verifies it, and puts it there in one step.
struct ImageFetch {
  let shelf: ImageShelf
  var options: FetchOptions
  let downloader: Downloader
  let report: FetchReport
  /// Asked while another process fetches the same; `false` gives up.
  var waits: (String) -> Bool = { _ in true }

  /// What is fetched, as its manifest will say it.
  struct Target {
    let place: VersionPlace
    let os: String
    let arch: String
    let version: ImageVersion
    let channel: String?
    /// What its files are below.
    let source: String
  }

  /// What came of it.
  struct Outcome {
    let place: VersionPlace
    let manifest: ImageManifest
    /// Whether everything was there already.
    let wasThere: Bool
    /// What became of the channel; `nil`: a version was named.
    let channel: ChannelMove?
  }

  /// Fetches what a source row has; why that fails is kept of the channel.
  ///
  /// - Returns: `nil` after a dry run.
  func run(_ plan: SourcePlan) throws(CommandError) -> Outcome? {
    do throws(CommandError) {
      return try fetch(plan)
    } catch {
      if !options.isDryRun {
        let time = Timestamp(seconds: options.now)
        shelf.note(ImageChannel.Failure(time: time, error: error.description), of: plan)
      }
      throw error
    }
  }

  private func fetch(_ plan: SourcePlan) throws(CommandError) -> Outcome? {
    try ImageChecks.refuseUnsigned(plan.source, options)
    let isLocal = plan.base.hasPrefix("file://")
    let read = { (url: String) throws(CommandError) in try text(url, allowsFile: isLocal) }
    let listing = try plan.listingURL.map(read) ?? []
    let version = try saying { () throws(SourcePlanError) in try plan.version(from: listing) }
    let place = try saying { () throws(StagingError) in
      try VersionPlace(plan.source.folder(of: plan.arch), version.text)
    }
    var fetch = self
    try fetch.goOnWithDiskImages(plan, place)
    let downloads = try saying { () throws(SourcePlanError) in
      try plan.downloads(of: version, listing: listing, diskImages: fetch.options.diskImages)
    }
    let target = Target(
      place: place, os: plan.source.name, arch: plan.arch.own, version: version,
      channel: plan.channel, source: plan.shownBase)
    if options.isDryRun {
      report.begins(place, channel: plan.channel)
      try measure(downloads, allowsFile: isLocal)
      return nil
    }
    let checks = try ImageChecks(plan.source, downloads, options, keys: shelf.data, fetch: read)
    return try fetch.run(
      target, downloads, checks, allowsFile: isLocal, leading: plan.source.channels.first)
  }

  /// Where this version or the channel's last one came with what installers ask for, so does this one.
  private mutating func goOnWithDiskImages(
    _ plan: SourcePlan, _ place: VersionPlace
  ) throws(CommandError) {
    guard plan.source.hasDiskImages, !options.diskImages else { return }
    var places = [place]
    if let channel = plan.channel,
      let last = try? shelf.images().version(ofChannel: channel, in: place.folder),
      let place = try? VersionPlace(place.folder.text, last)
    {
      places.append(place)
    }
    for place in places {
      // One that cannot be read is said where it matters.
      guard let manifest = try? shelf.manifest(of: place),
        FetchOptions.bringsDiskImages(manifest.command)
      else { continue }
      options.diskImages = true
      options.command += " \(Option.diskImages.flag)"
      return
    }
  }

  /// Fetches files that are at hand by their URLs.
  ///
  /// - Returns: `nil` after a dry run.
  func run(
    _ target: Target, _ downloads: [ImageDownload], _ checks: ImageChecks, allowsFile: Bool,
    leading: String? = nil
  ) throws(CommandError) -> Outcome? {
    report.begins(target.place, channel: target.channel)
    if options.isDryRun {
      try measure(downloads, allowsFile: allowsFile)
      return nil
    }
    let staging = try saying { () throws(StagingError) in
      try Staging(
        target.place, in: shelf.images(makes: true), holder: options.command, waits: waits)
    }
    let (manifest, wasThere) = try gather(
      target, downloads, checks, in: staging, allowsFile: allowsFile)
    return Outcome(
      place: target.place, manifest: manifest, wasThere: wasThere,
      channel: try target.channel.map { (channel) throws(CommandError) in
        var book = try ChannelBook(shelf, target.place.folder, leading: leading)
        return try book.move(channel, to: target.version, allowsOlder: options.allowsOlder)
      })
  }

  /// Downloads what is missing, verifies it, and promotes all of it.
  private func gather(
    _ target: Target, _ downloads: [ImageDownload], _ checks: ImageChecks,
    in staging: Staging, allowsFile: Bool
  ) throws(CommandError) -> (ImageManifest, wasThere: Bool) {
    let before = try shelf.manifest(of: staging.place)
    let files = downloads.filter(\.isPromoted)
    var missing: [ImageDownload] = []
    for file in files {
      guard let known = before?.files[file.name] else {
        missing.append(file)
        continue
      }
      // What somebody cut, lengthened or changed comes anew.
      let wantsSHA512 = try checks.digest(of: file)?.algorithm == .sha512
      let found = try read(file.name, known, wantsSHA512, at: staging.place)
      if found == nil { missing.append(file) }
      try checks.compare(file, with: known, at: staging.place, sha512: found?.sha512?.hex)
    }
    if let before, missing.isEmpty {
      staging.remove()
      return (before, true)
    }
    report.expects(missing.map(\.name))
    var checks = checks
    let fetched = try download(missing, before, &checks, in: staging, allowsFile: allowsFile)
    var manifest = ImageManifest(
      os: target.os, version: target.version, arch: target.arch, channel: target.channel,
      source: target.source, time: Timestamp(seconds: options.now), command: options.command,
      verified: checks.verified, signer: checks.signer, files: [:])
    for file in fetched {
      guard let digest = ImageDigest(.sha256, hex: file.sha256) else { continue }
      manifest.files[file.file.text] = .init(size: file.size, sha256: digest)
    }
    try promote(&manifest, before, staging)
    return (manifest, false)
  }

  /// Reads a file that is there, where that tells anything.
  ///
  /// - Returns: `nil` where it is not as it was; without digests where only its size was looked at.
  private func read(
    _ name: String, _ known: ImageManifest.File, _ wantsSHA512: Bool, at place: VersionPlace
  ) throws(CommandError) -> FileDigests? {
    guard shelf.size(of: name, at: place) == known.size else { return nil }
    guard options.again || wantsSHA512 else { return FileDigests() }
    let found = try shelf.digests(of: name, at: place, wantsSHA512: wantsSHA512)
    return found.sha256.hex == known.sha256.hex ? found : nil
  }

  /// - Parameter before: what is there; a file of it comes anew as it was, or not at all.
  private func download(
    _ files: [ImageDownload], _ before: ImageManifest?, _ checks: inout ImageChecks,
    in staging: Staging, allowsFile: Bool
  ) throws(CommandError) -> [Fetched] {
    var list: [Download] = []
    for file in files {
      var download = try checks.download(file, allowsFile: allowsFile)
      if let known = before?.files[file.name] { download.sha256 = known.sha256.hex }
      list.append(download)
    }
    let fetched = try saying { () throws(DownloadError) in
      try DownloadSet.fetch(list, in: staging.downloads, by: downloader)
    }
    for file in files { try checks.verify(file, in: staging) }
    return fetched
  }

  /// What was there stays, by a second name for each file.
  private func promote(
    _ manifest: inout ImageManifest, _ before: ImageManifest?, _ staging: Staging
  ) throws(CommandError) {
    if let before {
      for (name, file) in before.files where manifest.files[name] == nil {
        manifest.files[name] = file
        guard let path = RelativePath(name.utf8) else { continue }
        try saying { () throws(StagingError) in try staging.keep(path) }
      }
      // The weaker of the two is what holds for all.
      if before.verified.weakness > manifest.verified.weakness {
        (manifest.verified, manifest.signer) = (before.verified, before.signer)
      }
    }
    let text = Array(manifest.fileText.utf8)
    let names = manifest.files.keys.sorted() + [ImageManifest.fileName]
    try saying { () throws(StagingError) in
      try staging.write(ImageManifest.fileName, text)
      try staging.promote(
        names.compactMap { RelativePath($0.utf8) },
        shelf.hasFolder(staging.place) ? .replacing : .new)
    }
  }

  /// Asks how long each file is.
  private func measure(_ downloads: [ImageDownload], allowsFile: Bool) throws(CommandError) {
    for file in downloads where file.isPromoted {
      let url = try self.url(file.url, allowsFile: allowsFile)
      let size = try saying { () throws(DownloadError) in try downloader.size(of: url) }
      report.wouldFetch(file.name, size, url)
    }
    report.wouldFetchAll()
  }

  private func text(_ url: String, allowsFile: Bool) throws(CommandError) -> [UInt8] {
    let url = try self.url(url, allowsFile: allowsFile)
    return try saying { () throws(DownloadError) in try downloader.text(url) }
  }

  /// - Parameter allowsFile: only an operator's own base is one of this host.
  private func url(_ text: String, allowsFile: Bool) throws(CommandError) -> DownloadURL {
    try saying { () throws(DownloadError) in try DownloadURL(text, allowsFile: allowsFile) }
  }
}

extension ImageManifest.Verification {
  /// 0 is the best.
  fileprivate var weakness: Int {
    switch self {
    case .openpgp: 0
    case .digest: 1
    case .unsigned: 2
    }
  }
}

/// Whatever fails is one sentence for whoever asked.
func saying<Result, Failure: Error & CustomStringConvertible>(
  _ body: () throws(Failure) -> Result
) throws(CommandError) -> Result {
  do throws(Failure) { return try body() } catch { throw CommandError(error.description) }
}

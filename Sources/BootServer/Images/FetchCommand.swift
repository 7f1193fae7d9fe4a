// BootServer/Images: the verb that fetches.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// `images fetch`.
enum FetchCommand {
  static func check(_ arguments: Arguments) throws(UsageError) {
    let urls = arguments.all(.fetchURL)
    guard urls.isEmpty == !arguments.operands.isEmpty else {
      throw UsageError("images fetch needs an OS, or --url URL")
    }
    let digests = arguments.all(.sha256)
    if !digests.isEmpty, digests.count != urls.count {
      throw UsageError("give --sha256 once for each --url, in their order")
    }
    if !digests.isEmpty, arguments.has(.sums) {
      throw UsageError("--sha256 and --sums both say what the files are; give one")
    }
    for option in [Option.sha256, .sums, .placeAs] where urls.isEmpty && arguments.has(option) {
      throw UsageError("\(option.flag) goes with --url")
    }
  }

  static func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let form: FetchReport.Form =
      arguments.has(.json) ? .json : StandardStream.outputIsTerminal ? .terminal : .lines
    let report = FetchReport(form)
    do throws(CommandError) {
      let fetch = try fetch(arguments, report)
      let outcome =
        arguments.all(.fetchURL).isEmpty
        ? try fetch.run(try plan(arguments, fetch.shelf)) : try files(arguments, fetch)
      if let outcome { tell(outcome, report) }
      return .done
    } catch {
      report.event("error", [("error", .string(error.description))])
      throw error
    }
  }

  private static func fetch(
    _ arguments: Arguments, _ report: FetchReport
  ) throws(CommandError) -> ImageFetch {
    var options = FetchOptions()
    options.takesUnsigned = arguments.has(.unsigned)
    options.allowsOlder = arguments.has(.allowOlder)
    options.diskImages = arguments.has(.diskImages)
    options.again = arguments.has(.again)
    options.isDryRun = arguments.has(.dryRun)
    options.keyring = arguments[.keyring]
    options.now = WallClock.now.seconds
    options.command = words(arguments)
    var policy = DownloadPolicy()
    if let text = arguments[.connections], let count = Int(text) { policy.connections = count }
    if let text = arguments[.limitRate], let rate = Option.rate(text) {
      policy.rate = RateLimit(bytesPerSecond: rate)
    }
    let downloader = try saying { () throws(DownloadError) in
      // Whoever asked for it and reads what it says may have been killed: the server that follows channels.
      try Downloader(
        policy: policy, isUnwanted: { StandardStream.outputIsBroken },
        progress: { report.progress($0) })
    }
    let isTold = Mutex(false)
    var fetch = ImageFetch(
      shelf: ImageShelf(data: arguments.configuration.dataDirectory), options: options,
      downloader: downloader, report: report)
    fetch.waits = { holder in
      let wasTold = isTold.withLock { isTold in
        defer { isTold = true }
        return isTold
      }
      if !wasTold { report.say("waits for \(holder), which fetches the same") }
      return true
    }
    return fetch
  }

  /// As the manifest keeps them: without what may be secret.
  private static func words(_ arguments: Arguments) -> String {
    var words = ["images", "fetch"] + arguments.operands
    for option in [Option.imageArch, .from, .keyring] {
      if let value = arguments[option] {
        let shown = (try? DownloadURL(value, allowsFile: true))?.description ?? value
        words += [option.flag, shown]
      }
    }
    for option in [Option.unsigned, .allowOlder, .diskImages] where arguments.has(option) {
      words.append(option.flag)
    }
    return words.joined(separator: " ")
  }

  private static func plan(
    _ arguments: Arguments, _ shelf: ImageShelf
  ) throws(CommandError) -> SourcePlan {
    let source = try ImageSources(data: shelf.data)[arguments.operands[0]]
    return try saying { () throws(SourcePlanError) in
      try SourcePlan(
        source, arch: arguments[.imageArch], wanted: arguments.operands.dropFirst().first,
        from: arguments[.from])
    }
  }

  /// Files by their URLs.
  private static func files(
    _ arguments: Arguments, _ fetch: ImageFetch
  ) throws(CommandError) -> ImageFetch.Outcome? {
    let urls = arguments.all(.fetchURL)
    let digests = arguments.all(.sha256)
    var list: DigestList?
    if let file = arguments[.sums] {
      let bytes: [UInt8]
      do throws(Errno) {
        bytes = try FileDescriptor.contents(named: file, limit: DigestList.maxSize + 1)
      } catch {
        throw CommandError("cannot read the digests in \(file): \(error)")
      }
      list = try saying { () throws(DigestError) in try DigestList(name: file, bytes) }
    }
    var downloads: [ImageDownload] = []
    for (index, url) in urls.enumerated() {
      let path = url.prefix { $0 != "?" && $0 != "#" }
      let name = path.split(separator: "/").last.map(String.init) ?? ""
      guard path.split(separator: "/").count > 2, VersionPlace.isName(name) else {
        throw CommandError("\(url) ends in no name that a file here can have")
      }
      var digest: ImageDigest?
      if index < digests.count { digest = ImageDigest(.sha256, hex: digests[index]) }
      if let list {
        digest = try saying { () throws(DigestError) in try list.digest(of: name) }
      }
      downloads.append(
        ImageDownload(
          kind: .file, url: url, name: name, digest: digest.map { .known($0) }, signature: nil))
    }
    let checks = try ImageChecks(fetch.options, hasDigests: list != nil || !digests.isEmpty)
    return try fetch.run(
      try target(arguments, downloads), downloads, checks,
      allowsFile: urls.allSatisfy { $0.hasPrefix("file://") })
  }

  private static func target(
    _ arguments: Arguments, _ downloads: [ImageDownload]
  ) throws(CommandError) -> ImageFetch.Target {
    let names = (arguments[.placeAs] ?? "files/\(downloads[0].name)").split(separator: "/")
    guard names.count >= 2, let last = names.last, let version = ImageVersion(last) else {
      throw CommandError("--as names a folder such as OS/ARCH/VERSION")
    }
    let place = try saying { () throws(StagingError) in
      try VersionPlace(names.dropLast().joined(separator: "/"), String(last))
    }
    return ImageFetch.Target(
      place: place, os: String(names[0]), arch: names.count > 2 ? String(names[1]) : "",
      version: version, channel: nil, source: downloads[0].url)
  }

  private static func tell(_ outcome: ImageFetch.Outcome, _ report: FetchReport) {
    let manifest = outcome.manifest
    let how =
      switch manifest.verified {
      case .openpgp: "signed by \(manifest.signer ?? "a pinned key")"
      case .digest: "by its digests alone, which nobody signed"
      case .unsigned: "NOT VERIFIED: nobody signed it"
      }
    let what = outcome.wasThere ? "was there already" : "is there"
    report.say("\(outcome.place) \(what), \(ByteText.of(manifest.size)), \(how)")
    if let channel = outcome.channel { report.say(channel.sentence) }
    report.event(
      "done",
      [
        ("place", .string("\(outcome.place)")), ("version", .string(manifest.version.text)),
        ("size", .number("\(manifest.size)")), ("verified", .string(manifest.verified.rawValue)),
        ("wasThere", .bool(outcome.wasThere)),
        ("channel", outcome.channel.map { .string($0.sentence) } ?? .null),
      ])
  }
}

// BootServer/Images: the channels of one OS and processor.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// What became of a channel.
struct ChannelMove {
  /// Whether its link names another version now.
  let isMoved: Bool
  /// For a person.
  let sentence: String
}

/// Moves the channels of one folder, `images/OS/ARCH`: their links, and what is kept of them beside.
///
/// One process at a time, from reading to swinging.
struct ChannelBook {
  private let images: ImagesFolder
  private let folder: RelativePath
  private let opened: OpenFolder
  private let lock: SharedDescriptor
  private let leading: String?
  private(set) var channels: ImageChannels
  private static let maxFile = 1 << 20
  /// The link that installers ask for, and the file that they ask for by it.
  private static let (current, versionFile) = ("current", "version.txt")

  /// Waits until no other process moves a channel here.
  ///
  /// - Parameter leading: the source's first channel, which installers get as `current`.
  init(
    _ shelf: ImageShelf, _ folder: RelativePath, leading: String?
  ) throws(CommandError) {
    let images = try saying { () throws(StagingError) in try shelf.images() }
    (self.images, self.folder, self.leading) = (images, folder, leading)
    (lock, opened) = try saying { () throws(StagingError) in
      (try images.lockChannels(in: folder), try images.folder(folder))
    }
    channels = try Self.read(opened, folder)
  }

  /// What is kept of a folder's channels.
  static func read(
    _ opened: OpenFolder, _ folder: RelativePath
  ) throws(CommandError) -> ImageChannels {
    let name = "images/\(folder.text)/\(ImageChannels.fileName)"
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try opened.read(ImageChannels.fileName, limit: maxFile)
    } catch {
      if error == .noEntry { return ImageChannels() }
      throw CommandError("cannot read \(name): \(error)")
    }
    return try saying { () throws(ImageFileError) in
      try ImageChannels(file: name, text: bytes)
    }
  }

  /// The version that a channel's link names.
  func version(of channel: String) -> ImageVersion? {
    images.version(ofChannel: channel, in: folder).flatMap { ImageVersion($0) }
  }

  /// Has a channel name a version that was fetched, unless something speaks against it.
  mutating func move(
    _ channel: String, to version: ImageVersion, allowsOlder: Bool
  ) throws(CommandError) -> ChannelMove {
    let hasFailed = channels[channel].failure != nil
    channels[channel].failure = nil
    switch channels[channel].move(
      from: self.version(of: channel), to: version, allowOlder: allowsOlder)
    {
    case .stays(let reason):
      if hasFailed { try keep() }
      // It may have got its disk images just now.
      setCurrent(channel)
      return ChannelMove(isMoved: false, sentence: "channel \(channel) stays: \(reason)")
    case .swings:
      channels[channel].swung(to: version)
      try swing(channel, to: version)
      return ChannelMove(isMoved: true, sentence: "channel \(channel) is \(version) now")
    }
  }

  /// Keeps why a channel could not be followed.
  mutating func note(_ failure: ImageChannel.Failure, of channel: String) throws(CommandError) {
    channels[channel].failure = failure
    try keep()
  }

  mutating func rollBack(_ channel: String) throws(CommandError) -> ImageVersion {
    guard let current = version(of: channel) else { throw unknown(channel) }
    let opened = opened
    let target: ImageVersion
    do throws(ChannelError) {
      target = try channels[channel].rollBack(from: current) { version in
        (try? opened.status(version.text).kind) == .directory
      }
    } catch {
      throw CommandError("channel \(channel): \(error)")
    }
    try swing(channel, to: target)
    return target
  }

  mutating func pin(_ channel: String, to version: ImageVersion) throws(CommandError) {
    channels[channel].pin(version)
    try swing(channel, to: version)
  }

  mutating func unpin(_ channel: String) throws(CommandError) {
    do throws(ChannelError) {
      try channels[channel].unpin()
    } catch {
      throw CommandError("channel \(channel): \(error)")
    }
    try keep()
  }

  /// The link first: what is kept beside it then is never ahead of it.
  private func swing(_ channel: String, to version: ImageVersion) throws(CommandError) {
    try saying { () throws(StagingError) in
      try images.setChannel(channel, to: VersionPlace(folder.text, version.text))
    }
    setCurrent(channel)
    try keep()
  }

  /// Has `current` name the leading channel's version, where that has what installers ask for.
  ///
  /// What a person put there stays.
  private func setCurrent(_ channel: String) {
    guard channel == leading, let version = version(of: channel),
      (try? opened.folder(named: version.text).status(Self.versionFile).kind) == .regular
    else { return }
    try? images.setChannel(Self.current, to: VersionPlace(folder.text, version.text))
  }

  private func keep() throws(CommandError) {
    do throws(Errno) {
      try opened.write(ImageChannels.fileName, Array(channels.fileText.utf8))
    } catch {
      throw CommandError(
        "cannot write images/\(folder.text)/\(ImageChannels.fileName): \(error)")
    }
  }

  private func unknown(_ channel: String) -> CommandError {
    CommandError(
      "there is no channel \(Terminal.harmless(channel)) in images/\(folder.text);"
        + " coreos-ipxe-server images list shows them"
    )
  }
}

extension ImageShelf {
  /// Keeps why a channel could not be followed, where images are kept at all.
  func note(_ failure: ImageChannel.Failure, of plan: SourcePlan) {
    guard let channel = plan.channel, let images = try? images(),
      let folder = RelativePath(plan.source.folder(of: plan.arch).utf8),
      (try? images.folder(folder, makes: true)) != nil
    else { return }
    var book = try? ChannelBook(self, folder, leading: nil)
    try? book?.note(failure, of: channel)
  }

  /// The channels that could not be followed, by their folders.
  func failures() -> [(folder: String, channel: String, failure: ImageChannel.Failure)] {
    followed().flatMap { folder, channels in
      channels.names.compactMap { name in
        channels[name].failure.map { (folder.text, name, $0) }
      }
    }
  }

  /// The version of each channel that was fetched: `flatcar/amd64-usr/stable` and `3510.2.1`.
  ///
  /// - Returns: `nil` where images cannot be looked into.
  func channelVersions() -> [String: String]? {
    guard let images = try? images() else { return nil }
    var versions: [String: String] = [:]
    for (folder, channels) in followed() {
      for name in channels.names {
        versions["\(folder.text)/\(name)"] = images.version(ofChannel: name, in: folder)
      }
    }
    return versions
  }

  /// The folders that have channels, and what is kept of these.
  private func followed() -> [(folder: RelativePath, channels: ImageChannels)] {
    (try? images()).map { followed($0.root, []) } ?? []
  }

  private func followed(
    _ folder: OpenFolder, _ names: [String]
  ) -> [(folder: RelativePath, channels: ImageChannels)] {
    let path = names.joined(separator: "/")
    if (try? folder.status(ImageChannels.fileName)) != nil {
      // What is beside it are versions.
      guard let path = RelativePath(path.utf8),
        let channels = try? ChannelBook.read(folder, path)
      else { return [] }
      return [(path, channels)]
    }
    guard names.count < 3, let entries = try? folder.contents() else { return [] }
    return entries.map { String(decoding: $0.name, as: UTF8.self) }.sorted().flatMap { name in
      guard VersionPlace.isName(name), let inner = try? folder.folder(named: name) else {
        return [(folder: RelativePath, channels: ImageChannels)]()
      }
      return followed(inner, names + [name])
    }
  }

  /// Versions that a channel is pinned to, as `images/OS/ARCH/VERSION`.
  func pins(of entries: [Entry]) -> Set<String> {
    var found: Set<String> = []
    for folder in Set(entries.map(\.place.folder)) {
      guard let opened = try? images().folder(folder),
        let channels = try? ChannelBook.read(opened, folder)
      else { continue }
      for name in channels.names {
        if let version = channels[name].pinned { found.insert("images/\(folder.text)/\(version)") }
      }
    }
    return found
  }
}

extension ImagesCommand {
  static func rollback(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let channel = arguments.operands[1]
    var book = try book(arguments)
    let version = try book.rollBack(channel)
    Process.writeToOutput(
      "channel \(channel) is \(version) now; what it was rolled back from is passed over\n")
    return .done
  }

  static func pin(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let (channel, text) = (arguments.operands[1], arguments.operands[2])
    guard let version = ImageVersion(text) else {
      throw CommandError("'\(Terminal.harmless(text))' can be no version")
    }
    var book = try book(arguments)
    try book.pin(channel, to: version)
    Process.writeToOutput("channel \(channel) is pinned to \(version)\n")
    return .done
  }

  static func unpin(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let channel = arguments.operands[1]
    var book = try book(arguments)
    try book.unpin(channel)
    Process.writeToOutput("channel \(channel) moves again, at the next images fetch\n")
    return .done
  }

  /// Of the OS and processor that are meant.
  private static func book(_ arguments: Arguments) throws(CommandError) -> ChannelBook {
    let shelf = shelf(arguments)
    let source = try ImageSources(data: shelf.data)[arguments.operands[0]]
    guard let arch = source.arch(arguments[.imageArch]) else {
      throw CommandError(
        "\(source.name) comes for \(source.arches.map(\.usual).joined(separator: ", "))")
    }
    guard let folder = RelativePath(source.folder(of: arch).utf8) else {
      throw CommandError("\(source.name) has no folder")
    }
    return try ChannelBook(shelf, folder, leading: source.channels.first)
  }
}

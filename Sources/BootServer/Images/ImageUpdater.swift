// BootServer/Images: channels that profiles follow.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Synchronization
import System
import Text

extension Event.Name {
  /// A channel was looked at, and what came of it.
  static let imageUpdate = Event.Name("image-update")
}

/// Has the channels that profiles name followed, by `images fetch` in a process of its own: whatever that does,
/// the server serves.
final class ImageUpdater: Sendable {
  private let plan: UpdatePlan
  private let configuration: Configuration
  private let root: DataRoot
  private let log: Log
  private let isStopped = Atomic(false)
  private static let fetchSeconds = 86_400

  /// Begins, in a thread of its own; the first look is within one interval.
  ///
  /// - Throws: where images cannot be written: the line that a unit lacks.
  init?(_ configuration: Configuration, root: DataRoot, log: Log) throws(StartError) {
    guard configuration.updates.seconds > 0 else { return nil }
    plan = configuration.updates
    (self.configuration, self.root, self.log) = (configuration, root, log)
    let images = configuration.dataDirectory + "/images"
    let place = (try? FileStatus.of(path: images)) != nil ? images : configuration.dataDirectory
    guard Process.mayWrite(place) else {
      throw StartError(
        description: "--update-images cannot write \(place); under systemd the unit wants the line:"
          + " ReadWritePaths=\(images)")
    }
    do throws(Errno) {
      try Thread.spawn("images") { [self] in run() }
    } catch {
      throw StartError(description: "cannot start a thread: \(error)")
    }
  }

  func stop() { isStopped.store(true, ordering: .relaxed) }

  private func run() {
    var failures = 0
    while !isStopped.load(ordering: .relaxed) {
      let pause = plan.pause(failures: failures, random: .random(in: 0...1))
      guard wait(until: Instant.now.advanced(milliseconds: Int(pause * 1000))) else { return }
      while !plan.allows(minute: WallClock.localMinute) {
        guard wait(until: Instant.now.advanced(seconds: 20)) else { return }
      }
      failures = look() ? 0 : failures + 1
    }
  }

  /// - Returns: `false` once it is to stop.
  private func wait(until end: Instant) -> Bool {
    while Instant.now < end {
      if isStopped.load(ordering: .relaxed) { return false }
      Thread.sleep(milliseconds: 50)
    }
    return !isStopped.load(ordering: .relaxed)
  }

  /// Looks at every channel, and fetches what is new.
  ///
  /// - Returns: whether all went well.
  private func look() -> Bool {
    var catalogue = ProfileCatalogue(root: root)
    _ = catalogue.walk()
    let builder = ScriptBuilder(
      DiskFiles(root: root).files, base: Array("http://localhost".utf8), reportsByToken: true)
    let followed = catalogue.index.candidates.reduce(into: Set<FollowedChannel>()) {
      $0.formUnion(builder.followed(profile: Array($1.name.utf8)))
    }
    let sources = ImageSources(data: configuration.dataDirectory)
    var isGood = true
    for channel in followed.sorted(by: {
      ($0.os, $0.arch, $0.channel) < ($1.os, $1.arch, $1.channel)
    }) {
      // A word that is no channel of a source is a link of the operator's own.
      guard let source = try? sources[channel.os], source.channels.contains(channel.channel) else {
        continue
      }
      if isStopped.load(ordering: .relaxed) { return true }
      isGood = fetch(channel) && isGood
    }
    return isGood
  }

  private func fetch(_ channel: FollowedChannel) -> Bool {
    var event = Event(
      .imageUpdate, ["os": .text(channel.os), "channel": .text(channel.channel)])
    if !channel.arch.isEmpty { event.add("arch", channel.arch) }
    do throws(Child.Failure) {
      var child = Child(try Self.program(), seconds: Self.fetchSeconds)
      child.inherited = ImageTool.inherited
      child.niceness = 10
      child.isGroup = true
      child.isUnwanted = { [self] in isStopped.load(ordering: .relaxed) }
      let arch = channel.arch.isEmpty ? [] : ["--arch", channel.arch]
      let ended = try child.run(
        [
          "images", "fetch", channel.os, channel.channel, "--json", "--data-dir",
          configuration.dataDirectory,
        ] + arch)
      note(ended, in: &event)
    } catch {
      if case .unwanted = error { return true }
      event.fail(error.description)
    }
    log.tell(event)
    return event.severity > .warning
  }

  private static func program() throws(Child.Failure) -> String {
    do throws(Errno) { return try Process.executable() } catch {
      throw .failed("coreos-ipxe-server", error)
    }
  }

  /// What the last lines of `--json` say.
  private func note(_ ended: Child.Ended, in event: inout Event) {
    let lines = ended.output.split(separator: 0x0a).compactMap { try? JSONReader.read(Array($0)) }
    if let done = lines.last(where: { $0["event"] == .string("done") }) {
      event.add("version", done["version"].shown)
      let isNews = done["wasThere"] != .bool(true)
      event.add("news", isNews ? "yes" : "no")
      if !isNews { event.severity = .debug }
      event.add("says", done["channel"].shown)
    } else {
      let error = lines.last { $0["event"] == .string("error") }?["error"].shown
      event.fail(error ?? "images fetch ended with status \(ended.status)")
    }
  }
}

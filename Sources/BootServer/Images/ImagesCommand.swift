// BootServer/Images: the verbs about what is there.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// `images list`, `remove` and `prune`.
enum ImagesCommand {
  static func list(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let sources = try LocalSources(arguments)
    let uses = try ImageUses(sources)
    if arguments.has(.json) {
      let list = try json(shelf(arguments), uses, problem: Terminal.note)
      Process.writeToOutput(Terminal.json(list) + "\n")
      return .done
    }
    let entries = try shelf(arguments).entries(problem: Terminal.note)
    let pins = shelf(arguments).pins(of: entries)
    let now = WallClock.now.seconds
    var rows = [
      ["VERSION", "SIZE", "AGE", "VERIFIED", "CHANNELS", "PROFILES", "MACHINES", "RUNNING"]
    ]
    for entry in entries {
      let channels = entry.channels.map { pins.contains("\(entry.place)") ? "\($0) (pinned)" : $0 }
      rows.append([
        "\(entry.place.folder.text)/\(entry.place.version)", ByteText.of(entry.size),
        age(now - entry.time.seconds), entry.manifest?.verified.words ?? "by hand",
        channels.joined(separator: " "),
        uses.names(uses.profiles, entry.place).joined(separator: " "),
        "\(uses.names(uses.machines, entry.place).count)",
        "\(uses.names(uses.running, entry.place).count)",
      ])
    }
    Process.writeToOutput(
      entries.isEmpty
        ? ToldPlace(arguments).completed(
          "no images; coreos-ipxe-server images fetch OS brings some\n")
        : MachinesText.aligned(rows))
    for (folder, channel, failure) in shelf(arguments).failures() {
      let text =
        "\(folder): the last try to follow \(channel) failed \(age(now - failure.time.seconds)) ago:"
        + " \(failure.error)"
      Process.writeToOutput(Terminal.harmless(text) + "\n")
    }
    return .done
  }

  /// Every version, as `images list --json` and `GET /image-versions` have it.
  static func json(
    _ shelf: ImageShelf, _ uses: ImageUses, problem: (String) -> Void = { _ in }
  ) throws(CommandError) -> JSON {
    let entries = try shelf.entries(problem: problem)
    let pins = shelf.pins(of: entries)
    return .array(entries.map { json($0, uses, isPinned: pins.contains("\($0.place)")) })
  }

  private static func json(
    _ entry: ImageShelf.Entry, _ uses: ImageUses, isPinned: Bool
  ) -> JSON {
    let list = { (names: [String]) in JSON.array(names.map { .string($0) }) }
    return .object([
      JSON.Member("os", .string(entry.os)), JSON.Member("arch", .string(entry.arch)),
      JSON.Member("version", .string(entry.place.version)),
      JSON.Member("size", .number("\(entry.size)")),
      JSON.Member("time", .string(entry.time.description)),
      JSON.Member(
        "verified", entry.manifest.map { .string($0.verified.rawValue) } ?? .null),
      JSON.Member("channels", list(entry.channels)),
      JSON.Member("profiles", list(uses.names(uses.profiles, entry.place))),
      JSON.Member("machines", list(uses.names(uses.machines, entry.place))),
      JSON.Member("running", list(uses.names(uses.running, entry.place))),
      JSON.Member("pinned", .bool(isPinned)),
    ])
  }

  /// `3 days`, `5 h`.
  private static func age(_ seconds: Int) -> String {
    switch max(0, seconds) {
    case ..<3600: "\(max(0, seconds) / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86400) days"
    }
  }

  static func remove(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let shelf = shelf(arguments)
    let entry = try one(arguments.operands[0], arguments.operands[1], arguments[.imageArch], shelf)
    let uses = try ImageUses(try LocalSources(arguments))
    if let reason = inUse(entry, uses) {
      throw CommandError("\(entry.place) is in use: \(reason)")
    }
    try take(entry, shelf)
    Process.writeToOutput("\(entry.place) is removed, \(ByteText.of(entry.size))\n")
    return .done
  }

  static func prune(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let shelf = shelf(arguments)
    let keep = arguments[.keep].flatMap { Int($0) } ?? 1
    let isDry = arguments.has(.dryRun)
    let uses = try ImageUses(try LocalSources(arguments))
    let entries = try shelf.entries(problem: Terminal.note).filter { $0.manifest != nil }
    let sets = entries.compactMap { entry in
      entry.manifest.map { (ImageSet(os: entry.os, arch: entry.arch, version: $0.version), entry) }
    }
    let places = Dictionary(sets, uniquingKeysWith: { $1 })
    let old = try saying { () throws(ChannelError) in
      try ImageSet.pruned(sets.map(\.0), keep: keep) { set in
        places[set].map { inUse($0, uses) != nil } ?? true
      }
    }
    for entry in old.compactMap({ places[$0] }) {
      if !isDry { try take(entry, shelf) }
      Process.writeToOutput(
        "\(entry.place) \(isDry ? "would be" : "is") removed, \(ByteText.of(entry.size))\n")
    }
    guard let images = try? shelf.images() else { return .done }
    for left in images.leftovers(removes: !isDry) {
      let what =
        left.holder.map { "stays: \($0) is at it" } ?? "\(isDry ? "would be" : "is") cleared"
      Process.writeToOutput("\(left.path) \(what), \(ByteText.of(left.bytes))\n")
    }
    return .done
  }

  private static func take(
    _ entry: ImageShelf.Entry, _ shelf: ImageShelf
  ) throws(CommandError) {
    try saying { () throws(StagingError) in
      try Staging(entry.place, in: shelf.images(), holder: "images remove").removeVersion()
    }
  }

  /// Who would miss it; `nil`: nobody.
  private static func inUse(_ entry: ImageShelf.Entry, _ uses: ImageUses) -> String? {
    func some(_ names: [String]) -> String { names.prefix(3).joined(separator: ", ") }
    if !entry.channels.isEmpty { return "channel \(some(entry.channels)) names it" }
    let profiles = uses.names(uses.profiles, entry.place)
    if !profiles.isEmpty { return "profile \(some(profiles)) names it" }
    let machines = uses.names(uses.running, entry.place)
    return machines.isEmpty ? nil : "machine \(some(machines)) booted it last"
  }

  static func shelf(_ arguments: Arguments) -> ImageShelf {
    ImageShelf(data: arguments.configuration.dataDirectory)
  }

  /// The one version that is meant.
  private static func one(
    _ os: String, _ version: String, _ arch: String?, _ shelf: ImageShelf
  ) throws(CommandError) -> ImageShelf.Entry {
    let found = try shelf.entries(problem: Terminal.note).filter { entry in
      entry.os == os && entry.place.version == version
        && arch.map { $0 == entry.arch || ImageArch.isSame($0, entry.arch) } ?? true
    }
    guard let first = found.first else {
      throw CommandError(
        "there is no \(Terminal.harmless("\(os) \(version)")); coreos-ipxe-server images list shows what is there"
      )
    }
    guard found.count == 1 else {
      throw CommandError(
        "there are \(found.map { "\($0.place)" }.joined(separator: " and ")); say which by --arch")
    }
    return first
  }
}

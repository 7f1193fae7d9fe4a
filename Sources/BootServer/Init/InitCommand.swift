// BootServer/Init: the verb.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// `init`: a data directory that boots something, of what is at hand.
struct InitCommand {
  /// The data directory.
  let directory: String
  /// A system that is taken before others.
  var wanted: String?
  var login = LoginSystem()
  /// Where the key of whoever runs this is.
  var home = Process.environment("HOME")
  /// A line for a person.
  var say: (String) -> Void = { Process.writeToOutput($0 + "\n") }

  /// Systems that run from memory and ask nobody: every machine that no other profile takes gets one.
  private static let live = ["flatcar", "coreos", "fedora-coreos", "debian-live", "alpine", "arch"]

  /// Those of them whose images are signed, so that nothing else need be said to fetch them.
  private static let fetched = live.filter { ImageSource.named($0)?.verification == .openpgp }

  static func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    var command = InitCommand(
      directory: arguments.operands.first ?? arguments.configuration.dataDirectory)
    command.wanted = arguments[.initFetch]
    try command.makeFolders()
    if let os = command.wanted { try command.fetch(os) }
    try command.make()
    return .done
  }

  static func check(_ arguments: Arguments) throws(UsageError) {
    if let os = arguments[.initFetch], !fetched.contains(os) {
      throw UsageError(
        "--fetch takes \(fetched.joined(separator: ", ")), not '\(os)': they run from memory, and"
          + " are signed; images fetch brings others")
    }
  }

  /// As `images fetch` does. Where it fails there is no profile yet: the same line may be said once more.
  private func fetch(_ os: String) throws(CommandError) {
    let words = ["images", "fetch", os, "--data-dir", directory]
    guard case .run(let line)? = try? Invocation(arguments: words, environment: { _ in nil }) else {
      throw CommandError("cannot fetch into \(directory)")
    }
    do throws(CommandError) {
      _ = try FetchCommand.run(line)
    } catch {
      throw CommandError(
        "cannot fetch \(os): \(error). Without --fetch, init takes what is at hand")
    }
  }

  /// The directory, for a command that is printed.
  private var word: String { ShellWord.quoted(directory) }

  func makeFolders() throws(CommandError) {
    do throws(Files.Failure) {
      for folder in DataFolder.all { try Files.makeDirectory("\(directory)/\(folder)") }
    } catch {
      throw CommandError("cannot \(error)")
    }
  }

  /// Makes what is not there, and says what it made.
  func make() throws(CommandError) {
    try makeFolders()
    let profile = "\(directory)/profiles/default.json"
    guard (try? FileStatus.of(path: profile)) == nil else {
      say("\(profile) is there, and stays as it is")
      return sayNext()
    }
    if let version = try shelved() {
      try write(profile, members: members(version) + takeKey())
      say("wrote \(profile): boots \(version.os) \(version.place.version) of \(version.place)")
      return sayNext()
    }
    guard let lack = login.lack else {
      try login.write(into: directory)
      try write(profile, members: Self.loginMembers)
      say("wrote \(profile): boots this host's own kernel to a login, from memory")
      return sayNext()
    }
    say("made \(directory), with no image to boot: \(lack)")
    say(
      "put images below \(directory)/images, or fetch some, and say this once more:"
        + " \(OwnName.text) init \(word) --fetch flatcar")
  }

  private func sayNext() {
    say("serve it: \(OwnName.text) --data-dir \(word)")
    say(
      "boot a machine of QEMU from it: "
        + "\(OwnName.text) print qemu bios --data-dir \(word) | sh")
  }

  private func write(_ path: String, members: [JSON.Member]) throws(CommandError) {
    do throws(Files.Failure) {
      try Files.makeNew(path, Array((JSONWriter.text(.object(members), indent: 2) + "\n").utf8))
    } catch {
      throw CommandError("cannot \(error)")
    }
  }
}

extension InitCommand {
  private static let console = JSON.Member(
    "console", .array([.string("tty0"), .string("ttyS0,115200n8")]))

  private static let loginMembers: [JSON.Member] = [
    JSON.Member("os", .string("generic")),
    JSON.Member("kernel", .string("login/vmlinuz")),
    JSON.Member("initrd", .array([.string("login/initrd.img")])),
    console,
  ]

  /// A channel is followed where its link names the version.
  private func members(_ entry: ImageShelf.Entry) -> [JSON.Member] {
    var members = [JSON.Member("os", .string(os(entry)))]
    members.append(
      JSON.Member("version", .string(entry.channels.first ?? entry.place.version)))
    let preset = Preset.named(os(entry))
    if let arch = preset?.summary.arches.first, arch != self.arch(entry) {
      members.append(JSON.Member("arch", .string(self.arch(entry))))
    }
    return members + [Self.console]
  }

  /// The original's images lie in `images/amd64-usr`, without the name of the system.
  private func os(_ entry: ImageShelf.Entry) -> String {
    entry.os.hasSuffix("-usr") ? "coreos" : entry.os
  }

  private func arch(_ entry: ImageShelf.Entry) -> String {
    entry.os.hasSuffix("-usr") ? entry.os : entry.arch
  }

  /// The newest version of a live system that has all its files.
  private func shelved() throws(CommandError) -> ImageShelf.Entry? {
    let entries = try ImageShelf(data: directory).entries()
    for system in [wanted].compactMap({ $0 }) + Self.live {
      let fitting = entries.filter { os($0) == system && isWhole($0, system) }
      if let newest = fitting.max(by: { $0.time < $1.time }) { return newest }
    }
    return nil
  }

  private func isWhole(_ entry: ImageShelf.Entry, _ system: String) -> Bool {
    let groups = Preset.named(system)?.summary.files ?? []
    return groups.allSatisfy { group in
      group.contains { name in
        name.contains("*")
          || (try? FileStatus.of(path: "\(directory)/\(entry.place)/\(name)"))?.kind == .regular
      }
    }
  }

  /// The public key of whoever runs this, so that they can log in where the system takes one.
  private func takeKey() throws(CommandError) -> [JSON.Member] {
    let place = "\(directory)/sshkeys/default.pub"
    let member = JSON.Member("sshkey", .string("default"))
    if (try? FileStatus.of(path: place)) != nil { return [member] }
    guard let home else { return [] }
    for name in ["id_ed25519.pub", "id_ecdsa.pub", "id_rsa.pub"] {
      guard let bytes = try? FileDescriptor.contents(of: "\(home)/.ssh/\(name)", limit: 16384),
        !bytes.isEmpty
      else { continue }
      do throws(Files.Failure) {
        try Files.makeNew(place, bytes)
      } catch {
        throw CommandError("cannot \(error)")
      }
      say("copied \(home)/.ssh/\(name) to \(place)")
      return [member]
    }
    return []
  }
}

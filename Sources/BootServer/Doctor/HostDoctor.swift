// BootServer/Doctor: the host itself.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Looks at the host that the server runs on, or is to run on.
struct HostDoctor {
  let configuration: Configuration
  /// `nil`: the data directory cannot be used.
  let sources: LocalSources?
  /// Whether a server of ours was heard.
  let isRunning: Bool

  /// Everything that is wrong.
  var findings: [Diagnosis] {
    guard let sources else {
      let skipped: Diagnosis = .note(
        "data-directory",
        "not checked: room on the disks, times of records, and links: there is no data directory")
      return port + programs + kernel + [skipped]
    }
    return port + disk(sources) + clock(sources) + programs + kernel + links(sources)
  }

  private var port: [Diagnosis] {
    let listen = configuration.listen
    if isRunning { return [.note("port", "a server of ours runs, and listens on \(listen)")] }
    let source: ListenSource
    do throws(UsageError) { source = try listen.resolved() } catch {
      return [
        .fault("port", "\(error)", seen: "--listen \(listen)", cure: "name an address of this host")
      ]
    }
    guard case .address(let address, let bothFamilies) = source else { return [] }
    do throws(Errno) {
      _ = try Listener.group(address, bothFamilies: bothFamilies, count: 1)
      return [.note("port", "nobody listens on \(listen): no server runs there")]
    } catch {
      return [
        .fault(
          "port", "the server cannot listen on \(listen)", seen: "\(error)",
          cure: error == .addressInUse
            ? "ss -ltnp 'sport = :\(listen.port)' shows who has it; end that, or choose another with --listen"
            : "name an address of this host with --listen")
      ]
    }
  }

  /// Room for records, and for images.
  private func disk(_ sources: LocalSources) -> [Diagnosis] {
    [
      ("the data directory", configuration.dataDirectory),
      ("the state directory", sources.stateDirectory),
    ]
    .flatMap { what, path -> [Diagnosis] in
      guard let space = try? HostFacts.space(at: path) else { return [] }
      return Self.findings(space, what: what, path: path)
    }
  }

  static func findings(_ space: HostFacts.Space, what: String, path: String) -> [Diagnosis] {
    if let files = space.freeFiles, files < 1000 {
      return [
        .fault(
          "disk", "there is hardly room for another file in \(what)",
          seen: "\(path): \(files) files free",
          cure: "take files away, or make its file system larger")
      ]
    }
    guard space.free < 100 << 20 || space.free < space.total / 50 else { return [] }
    return [
      .fault(
        "disk", "the disk of \(what) is nearly full",
        seen: "\(path): \(space.free >> 20) MB free of \(space.total >> 20) MB",
        cure: "take what nobody boots out of images/; a full disk holds every new machine")
    ]
  }

  /// A clock that is wrong makes certificates and ages wrong.
  private func clock(_ sources: LocalSources) -> [Diagnosis] {
    let now = WallClock.now.seconds
    if CivilTime(now).year < 2026 {
      return [
        .fault(
          "clock", "this host's clock is wrong", seen: "it says \(CivilTime(now).text) UTC",
          cure: "set it, and let chrony or systemd-timesyncd keep it")
      ]
    }
    guard let picture = try? sources.machines() else { return [] }
    let machines = picture.snapshot.roster.all.map(\.machine)
    let times = machines.map(\.firstSeen) + machines.compactMap(\.installedAt)
    let latest = times.map(\.seconds).max() ?? 0
    guard latest > now + 300 else { return [] }
    return [
      .fault(
        "clock", "a machine's record is of the future",
        seen: "\(CivilTime(latest).text) UTC, and it is \(CivilTime(now).text) UTC",
        cure:
          "this host's clock was, or is, wrong: set it, and let chrony or systemd-timesyncd keep it"
      )
    ]
  }

  /// Programs that the server runs, and what fails without each.
  private static let needed: [(program: String, package: String, what: String)] = [
    ("curl", "curl", "verbs that ask a running server"),
    ("git", "git", "the trail of changes"),
  ]

  /// Signatures are looked at where there are keys to look at them with.
  private var signatures: [(program: String, package: String, what: String)] {
    let keys = "\(configuration.dataDirectory)/images/keys"
    let hasKeys = Files.names(in: keys).contains { $0.hasSuffix(".asc") || $0.hasSuffix(".gpg") }
    return hasKeys ? [("gpgv", "gpgv", "the signature check of images fetch")] : []
  }

  private var programs: [Diagnosis] {
    let needed = Self.needed + signatures
    return needed.filter { HostFacts.program($0.program) == nil }.map { program, package, what in
      .fault(
        "program", "\(program) is not installed, which \(what) needs",
        seen: "no \(program) in PATH", cure: "apt-get install \(package)")
    }
  }

  private var kernel: [Diagnosis] {
    HostFacts.knowsOpenAt2
      ? []
      : [
        .note(
          "openat2",
          "this kernel, or a container's filter, has no openat2(2): links are followed step by step,"
            + " which is safe and a little slower")
      ]
  }

  private func links(_ sources: LocalSources) -> [Diagnosis] {
    DataFolder.all.flatMap { folder in
      FileWalk(folder, in: sources.root).strays.compactMap { stray -> Diagnosis? in
        guard case .leaves(_, let target) = stray.problem else { return nil }
        return .fault(
          "link", "\(stray.name) leads out of the data directory, and is not served",
          seen: "it leads to \(target)",
          cure: "copy the file here, or start the server with --also-serve and that folder")
      }
    }
  }
}

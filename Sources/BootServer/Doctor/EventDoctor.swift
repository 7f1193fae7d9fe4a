// BootServer/Doctor: the faults that events tell of.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// Reads what happened, from a running server or a log, and finds the faults that one event tells.
struct EventDoctor {
  /// The oldest first.
  let events: [LoggedEvent]
  /// Of one kind no more than these are named each.
  static let most = 20

  /// Everything that is wrong.
  var findings: [Diagnosis] {
    Self.few([server, held, failures, warnings, stoppedBoots, silentBoots]) + composed
  }

  /// What is wrong, and no single event says so.
  var composed: [Diagnosis] {
    Self.few([
      firmware, wrongBinaries, prefixes, loopback, missingNames, tokens, loops, sharedNames,
    ])
  }

  private static func few(_ lists: [[Diagnosis]]) -> [Diagnosis] {
    lists.flatMap { list -> [Diagnosis] in
      guard list.count > most, let kind = list.first?.kind else { return list }
      return list.prefix(most) + [.note(kind, "\(list.count - Self.most) more of this kind")]
    }
  }

  /// What the server says of itself, where it was not mended later.
  private var server: [Diagnosis] {
    let bad: Set<String> = [
      "no-machines", "no-trail", "trail-broken", "no-socket", "not-ready", "log-dropped",
    ]
    let mended = [
      "no-trail": "trail-again", "no-machines": "state", "trail-broken": "trail-mended",
    ]
    return EventTally.of(events) { bad.contains($0.name) ? $0.name : nil }.compactMap {
      name, tally in
      guard let last = tally.last else { return nil }
      if let cure = mended[name], events.contains(where: { $0.name == cure && $0.time > last.time })
      {
        return nil
      }
      return .fault(
        name, last["error"] ?? "\(last["lines"] ?? "some") lines of the log were dropped",
        seen: "event=\(name) \(tally.evidence)",
        cure: last["hint"] ?? "the server's log has the whole line; it tries again by itself")
    }
  }

  /// UEFI's own HTTP client fetches programs, and was sent to a script.
  private var firmware: [Diagnosis] {
    EventTally.of(events) { event in
      event["agent"]?.hasPrefix("UefiHttpBoot") == true ? event["path"] ?? "/" : nil
    }.map { path, tally in
      .fault(
        "wrong-binary", "UEFI firmware asked for \(path), a script; it can run EFI programs only",
        seen: "agent=UefiHttpBoot \(tally.evidence)",
        cure:
          "have DHCP give HTTPClient machines the URL of an EFI build of iPXE, and iPXE the script")
    }
  }

  /// What was made for one kind of firmware, fetched by the other.
  private var wrongBinaries: [Diagnosis] {
    var platforms: [String: String] = [:]
    var wrong: [(LoggedEvent, String)] = []
    for event in events {
      guard let host = event.host else { continue }
      if let platform = event["platform"] { platforms[host] = platform }
      guard event.name == "file", let path = event["path"]?.lowercased() else { continue }
      switch platforms[host] {
      case "pcbios" where path.hasSuffix(".efi"): wrong.append((event, "BIOS"))
      case "efi"
      where [".kpxe", ".kkpxe", ".pxe", ".lkrn", "/memdisk"].contains(where: path.hasSuffix):
        wrong.append((event, "UEFI"))
      default: continue
      }
    }
    let kinds = Dictionary(wrong.map { ($0.0["path"] ?? "", $0.1) }, uniquingKeysWith: { $1 })
    return EventTally.of(wrong.map(\.0)) { $0["path"] }.map { path, tally in
      let kind = kinds[path] ?? "BIOS"
      return .fault(
        "wrong-binary",
        "a \(kind) machine fetched \(path), which is for the other kind of firmware",
        seen: tally.evidence,
        cure:
          "name another file for \(kind): \"bios\" and \"efi\" in the profile, or DHCP's architecture"
      )
    }
  }

  /// Our own paths, asked for one folder too deep.
  private var prefixes: [Diagnosis] {
    let ours: Set<String> = [
      "images", "configs", "profiles", "boot.ipxe", "seed", "machines", "menu.ipxe", "failed.ipxe",
    ]
    return EventTally.of(events) { event in
      guard event.status == 404, let path = event["path"] else { return nil }
      let names = path.split(separator: "/").map(String.init)
      guard let index = names.firstIndex(where: ours.contains), index > 0, index < 3 else {
        return nil
      }
      return "/" + names[..<index].joined(separator: "/")
    }.map { prefix, tally in
      .fault(
        "base-url", "machines ask for everything below \(prefix), and the server serves it at /",
        seen: "path=\(tally.last?["path"] ?? "") status=404 \(tally.evidence)",
        cure: "have the proxy take \(prefix) away, or take it out of --base-url and the chain URL")
    }
  }

  /// The scripts' URLs name this host itself, and others read them.
  private var loopback: [Diagnosis] {
    guard let base = events.last(where: { $0.name == "listening" })?["base"],
      BaseURL.isLoopback(base)
    else { return [] }
    let others = EventTally.of(events) { event in
      guard event.name == "script", let host = event.host else { return nil }
      return host.hasPrefix("127.") || host == "::1" ? nil : base
    }
    return others.map { base, tally in
      .fault(
        "base-url", "scripts name \(base), which is each machine itself",
        seen: "event=script \(tally.evidence)",
        cure: "start the server with --base-url and an address of this host that machines know")
    }
  }

  /// A name that is asked for again and again, and is not there.
  private var missingNames: [Diagnosis] {
    EventTally.of(events) { event in
      guard event.status == 404, event.name != "unknown" else { return nil }
      let path = event["path"] ?? "/"
      if MistakeLog.isProbe(Array(path.utf8)[...]) { return nil }
      return event.name == "script"
        ? event["profile"].map { "profiles/\($0).json" }
        : event["key"].map { "sshkeys/\($0).pub" } ?? path
    }.compactMap { name, tally in
      guard tally.count >= 3 else { return nil }
      return .fault(
        "missing-name", "\(name) is asked for, and is not there", seen: tally.evidence,
        cure: "put it there, or mend the URL that asks for it; check finds names that point nowhere"
      )
    }
  }
}

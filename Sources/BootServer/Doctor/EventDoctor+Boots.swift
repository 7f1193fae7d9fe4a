// BootServer/Doctor: boots that come to nothing, which several events tell together.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

extension EventDoctor {
  /// Boots that stopped, by the step; what ended well later was mended.
  var stoppedBoots: [Diagnosis] {
    let stalled = events.filter { event in
      event.name == "boot-stalled" && !wentOn(event)
    }
    return EventTally.of(stalled) {
      "\($0["machine"] ?? $0["address"] ?? "-") \($0["stage"] ?? "")"
    }
    .compactMap { _, tally in
      guard let last = tally.last else { return nil }
      let who = last["machine"].map { "machine \($0)" } ?? last["address"] ?? "a machine"
      let place = last["error"] ?? "no reason is given"
      let seen =
        "event=boot-stalled \(tally.count == 1 ? "once" : "\(tally.count) times"),"
        + " last at \(last.time)"
      return .fault(
        "stalled", "\(who) stopped in its boot: \(place)", seen: seen,
        cure: Self.cure(of: last["stage"] ?? "", isPartial: (last["bytes"] ?? "0") != "0"))
    }
  }

  /// Whether the same boot was heard of later.
  private func wentOn(_ event: LoggedEvent) -> Bool {
    events.contains { later in
      guard later.time > event.time, later["boot"] == event["boot"] else { return false }
      return later.name == "boot-ended" && later["result"] == "done"
    }
  }

  private static func cure(of stage: String, isPartial: Bool) -> String {
    switch stage {
    case "kernel" where !isPartial:
      "it took its script and never asked for the kernel: look at its screen; an iPXE without the"
        + " script's commands stops here, and so does one that cannot reach the base URL"
    case "kernel", "initrd":
      isPartial
        ? "the transfer broke off: look at its cable, its switch port, its memory (an initrd has to"
          + " fit), and at a proxy or firewall in between"
        : "it has its kernel and never asked for the initrd: look at its screen; the kernel may not fit"
          + " into its memory, or not be for its firmware"
    case "config":
      "it booted and never asked for its config: the URL in the kernel's command line must be one that"
        + " the booted system reaches; coreos-ipxe-server explain shows it"
    default: "look at its screen; coreos-ipxe-server boots shows how far it came"
    }
  }

  /// Machines that got everything and never said that they run.
  var silentBoots: [Diagnosis] {
    var silent: [String: LoggedEvent] = [:]
    for event in events {
      guard let machine = event["machine"] else { continue }
      if event.name == "boot-ended" {
        silent[machine] = event["result"] == "no-report" ? event : nil
      } else if event.name == "report" {
        silent[machine] = nil
      }
    }
    return silent.sorted { $0.key < $1.key }.map { machine, event in
      .fault(
        "no-report", "machine \(machine) booted and has not reported for half an hour",
        seen: "event=boot-ended result=no-report at \(event.time)",
        cure: "look at its screen; what reports is the URL that its config names"
          + " ({{machine.installed_url}}, {{machine.running_url}}): coreos-ipxe-server render"
          + " --config shows it")
    }
  }

  /// iPXE that is handed to iPXE: the same program is fetched again behind a script, or one machine is asked
  /// who it is again and again and never gets further.
  var loops: [Diagnosis] {
    struct Seen {
      var asked = 0
      var fetched = 0
      var isBehindScript = false
      var last: LoggedEvent?
    }
    var hosts: [String: Seen] = [:]
    for event in events {
      guard let host = event.host else { continue }
      switch event.name {
      case "identify": hosts[host, default: Seen()].asked += 1
      case "script", "local-boot", "held", "no-identity":
        hosts[host, default: Seen()].asked = 0
        hosts[host, default: Seen()].isBehindScript = true
      case "file" where Self.isIPXE(event["path"] ?? ""):
        if hosts[host]?.isBehindScript == true { hosts[host, default: Seen()].fetched += 1 }
      case "file", "config", "report":
        if event.status == 200 { hosts[host] = nil }
        continue
      default: continue
      }
      hosts[host, default: Seen()].last = event
    }
    return hosts.filter { $0.value.fetched >= 3 || $0.value.asked >= 5 }.sorted { $0.key < $1.key }
      .map { host, seen in
        let isFetching = seen.fetched >= 3
        let what =
          isFetching
          ? "fetches iPXE again and again behind its script"
          : "is asked who it is again and again"
        return .fault(
          "loop", "\(host) \(what), and never fetches a kernel: iPXE is handed to iPXE",
          seen: "event=\(seen.last?.name ?? "") \(isFetching ? seen.fetched : seen.asked) times,"
            + " last at \(seen.last?.time ?? "")",
          cure: "have DHCP tell iPXE from plain PXE by option 175 and the user class:"
            + " coreos-ipxe-server print dnsmasq")
      }
  }

  private static func isIPXE(_ path: String) -> Bool {
    let names = ["undionly.kpxe", "ipxe.efi", "snponly.efi", "ipxe.pxe", "ipxe.kpxe", "ipxe.lkrn"]
    return names.contains { path.hasSuffix("/\($0)") }
  }

  /// One record that many machines boot as: they say the same UUID.
  var sharedNames: [Diagnosis] {
    var restarts: [String: (count: Int, hosts: Set<String>, last: LoggedEvent)] = [:]
    for event in events where event.name == "boot-restarted" || event.name == "boot-began" {
      guard let machine = event["machine"], let address = event["address"] else { continue }
      var seen = restarts[machine] ?? (0, [], event)
      if event.name == "boot-restarted" { seen.count += 1 }
      if seen.hosts.count < 100 { seen.hosts.insert(address) }
      seen.last = event
      restarts[machine] = seen
    }
    return restarts.filter { $0.value.hosts.count >= 3 && $0.value.count >= 2 }
      .sorted { $0.key < $1.key }
      .map { machine, seen in
        .fault(
          "shared-uuid",
          "several addresses boot as machine \(machine), and interrupt one another's boots: their boards"
            + " say the same UUID",
          seen: "\(seen.hosts.count) addresses, event=boot-restarted \(seen.count) times,"
            + " last at \(seen.last.time)",
          cure: "set a UUID or serial of its own in each board's firmware, or chain them with"
            + " profile=NAME; coreos-ipxe-server machines show \(machine) has its MACs")
      }
  }
}

// BootServer/Doctor: machines that wait, and answers that fail.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

extension EventDoctor {
  /// Machines that wait now: whose last boot came to nothing.
  var held: [Diagnosis] {
    var waiting: [String: EventTally] = [:]
    for event in events {
      guard let who = event["machine"] ?? event.host else { continue }
      switch event.name {
      case "held": waiting[who, default: EventTally()].add(event)
      case "script", "local-boot", "report":
        if event.status.map({ $0 < 400 }) ?? false { waiting[who] = nil }
      default: continue
      }
    }
    return waiting.sorted { $0.key < $1.key }.compactMap { who, tally in
      guard let last = tally.last else { return nil }
      let reason = last["error"] ?? "no reason is given"
      return .fault(
        "held", "\(who) waits (\(last["by"] ?? "held")): \(reason)", seen: tally.evidence,
        cure:
          "coreos-ipxe-server explain \(who) shows which profiles were looked at; docs/machines.md"
          + " has a row for each reason")
    }
  }

  /// What cannot be answered: a template, a profile, a file that cannot be read.
  var failures: [Diagnosis] {
    // What was answered later was mended.
    var lastGood: [String: String] = [:]
    for event in events where event.status.map({ $0 < 400 }) ?? false {
      lastGood[Self.asked(event)] = event.time
    }
    let bad = events.filter { event in
      guard let status = event.status, status >= 500, event.name != "held" else { return false }
      return lastGood[Self.asked(event)].map { $0 < event.time } ?? true
    }
    return EventTally.of(bad) { $0["error"] ?? "status \($0["status"] ?? "") at \(Self.asked($0))" }
      .map { error, tally in
        .fault(
          "failing", error, seen: "event=\(tally.last?.name ?? "") \(tally.evidence)",
          cure:
            "coreos-ipxe-server check says where, and what else is wrong; mended files are read at"
            + " the next request")
      }
  }

  private static func asked(_ event: LoggedEvent) -> String {
    "\(event.name) \(event["profile"] ?? "") \(event["machine"] ?? "") \(event["path"] ?? "")"
  }

  /// What was answered, and will not do.
  var warnings: [Diagnosis] {
    EventTally.of(events) { $0.name == "script" || $0.name == "config" ? $0["warning"] : nil }
      .map { warning, tally in
        let who =
          tally.last?["machine"].map { "machine \($0)" }
          ?? "profile \(tally.last?["profile"] ?? "")"
        return .fault(
          "warning", "\(who): \(warning)", seen: tally.evidence,
          cure:
            "mend what the sentence names; coreos-ipxe-server check names it with line and column")
      }
  }

  /// Tokens that do not fit, again and again.
  var tokens: [Diagnosis] {
    EventTally.of(events) { event in
      guard event.status == 403 || event.status == 401, let path = event["path"] else { return nil }
      switch event.name {
      case "report", "config", "seed", "answer": return "\(path) by \(event.host ?? "-")"
      case "machine-api": return event.status == 401 ? "\(path) by \(event.host ?? "-")" : nil
      default: return nil
      }
    }.compactMap { key, tally in
      guard tally.count >= 3, let last = tally.last else { return nil }
      return .fault(
        "token", "a token is refused again and again: \(key)",
        seen: "\(last.name) \(tally.evidence)",
        cure: last.name == "machine-api"
          ? "give --token-file the file of the server's --api-token-file"
          : "a token is new with each installation: let the machine boot anew, or look which installer"
            + " still runs with an old one")
    }
  }
}

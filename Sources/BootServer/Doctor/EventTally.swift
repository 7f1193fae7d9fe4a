// BootServer/Doctor: the same thing, again and again.
// SPDX-License-Identifier: Apache-2.0

/// Events that say the same, as one.
struct EventTally {
  private(set) var count = 0
  private(set) var hosts: Set<String> = []
  /// The last of them.
  private(set) var last: LoggedEvent?

  mutating func add(_ event: LoggedEvent) {
    count += 1
    if hosts.count < 100, let host = event.host { hosts.insert(host) }
    last = event
  }

  /// `12 times by 192.168.122.40 and 2 others, last at 2026-11-27T10:24:01.000Z`.
  var evidence: String {
    var text = count == 1 ? "once" : "\(count) times"
    if let host = last?.host {
      text += " by \(host)"
      if hosts.count > 1 { text += " and \(hosts.count - 1) other\(hosts.count == 2 ? "" : "s")" }
    }
    return text + (last.map { ", last at \($0.time)" } ?? "")
  }

  /// Events by what they say, the most frequent first.
  static func of(
    _ events: [LoggedEvent], by key: (LoggedEvent) -> String?
  ) -> [(key: String, tally: EventTally)] {
    var tallies: [String: EventTally] = [:]
    for event in events {
      if let key = key(event) { tallies[key, default: EventTally()].add(event) }
    }
    return tallies.map { (key: $0.key, tally: $0.value) }
      .sorted { ($1.tally.count, $0.key) < ($0.tally.count, $1.key) }
  }
}

// BootServer/CommandLine: the table of `machines list`.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// Which machines, which columns, how wide.
struct MachineTable {
  typealias Column = (head: String, value: @Sendable (JSON, _ now: Int) -> String)

  /// Characters of a line; `nil`: as many as there are.
  var width: Int?
  /// All columns.
  var isWide = false
  /// Seconds since 1970.
  var now = WallClock.now.seconds

  private static let columns: [Column] = [
    ("NAME", { machine, _ in name(machine) }),
    ("MAC", { machine, _ in mac(machine) }),
    ("PROFILE", { machine, _ in machine["profile"].shown }),
    ("STATE", { machine, _ in state(machine) }),
    ("LAST SEEN", { machine, now in ago(machine["lastSeen"], now) }),
  ]

  private static let more: [Column] = [
    ("ID", { machine, _ in machine["id"].shown }),
    ("MACS", { machine, _ in machine["macs"].shown }),
    ("SERIAL", { machine, _ in machine["serial"].shown }),
    ("ASSET", { machine, _ in machine["asset"].shown }),
    ("IP", { machine, _ in machine["ip"].shown }),
    ("ARCH", { machine, _ in machine["arch"].shown }),
    ("PLATFORM", { machine, _ in machine["platform"].shown }),
    ("FIRST SEEN", { machine, now in ago(machine["firstSeen"], now) }),
    ("LAST BOOT", { machine, now in ago(machine["lastBoot"], now) }),
    ("METADATA", { machine, _ in machine["metadata"].shown }),
  ]

  /// The table, then sentences about machines that need a person.
  func text(_ machines: [JSON]) -> String {
    let columns = Self.columns + (isWide ? Self.more : [])
    let rows = machines.map { machine in columns.map { $0.value(machine, now) } }
    return TextTable.shortened(
      [columns.map(\.head)] + rows, to: isWide ? nil : width, fixed: [1, 4])
      + MachinesText.remarks(machines)
  }

  /// What a person calls it: its host name, else its ID.
  private static func name(_ machine: JSON) -> String {
    let hostname = machine["hostname"].shown
    return hostname.isEmpty ? machine["id"].shown : hostname
  }

  private static func mac(_ machine: JSON) -> String {
    let macs = machine["macs"].elements
    return (macs.first?.shown ?? "") + (macs.count > 1 ? " +\(macs.count - 1)" : "")
  }

  private static func state(_ machine: JSON) -> String {
    let reason = machine["held"]["reason"].shown
    return [machine["state"].shown, reason.isEmpty ? "" : "(\(reason))"]
      .filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// `3 min ago`; a time that is none, or still to come, as it is.
  static func ago(_ time: JSON, _ now: Int) -> String {
    guard let seconds = Timestamp(time.shown)?.seconds, seconds <= now else { return time.shown }
    switch now - seconds {
    case ..<10: return "now"
    case ..<60: return "\(now - seconds) s ago"
    case ..<3600: return "\((now - seconds) / 60) min ago"
    case ..<86400: return "\((now - seconds) / 3600) h ago"
    case let past: return past < 172_800 ? "1 day ago" : "\(past / 86400) days ago"
    }
  }
}

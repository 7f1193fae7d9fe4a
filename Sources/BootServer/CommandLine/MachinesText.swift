// BootServer/CommandLine: machines on a terminal.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

extension JSON {
  /// A member of an object; `null` where there is none.
  subscript(name: String) -> JSON {
    guard case .object(let members) = self else { return .null }
    return members.first { $0.name == name }?.value ?? .null
  }

  var elements: [JSON] {
    if case .array(let elements) = self { return elements }
    return []
  }

  /// For people: strings without quotes, nothing as nothing.
  fileprivate var shown: String {
    switch self {
    case .null: ""
    case .string(let text): MachinesText.harmless(text)
    case .array(let elements): elements.map(\.shown).joined(separator: ", ")
    case .object(let members):
      members.map { "\(MachinesText.harmless($0.name))=\($0.value.shown)" }.joined(separator: ",")
    case .bool, .number: JSONWriter.text(self)
    }
  }
}

/// Tables and lines for people.
enum MachinesText {
  /// ID, then the columns of mayuctl.
  private static let columns: [(head: String, value: @Sendable (JSON) -> JSON)] = [
    ("ID", { $0["id"] }), ("IP", { $0["ip"] }), ("SERIAL", { $0["serial"] }),
    ("PROFILE", { $0["profile"] }), ("IPMIADDR", { $0["mayu"]["IPMIAddr"] }),
    ("PROVIDERID", { $0["mayu"]["ProviderId"] }), ("ETCDTOKEN", { $0["etcdToken"] }),
    ("METADATA", { $0["metadata"] }), ("COREOS", { $0["mayu"]["CoreOSVersion"] }),
    ("STATE", { $0["state"] }), ("LASTBOOT", { $0["lastBoot"] }),
  ]

  static func table(_ machines: [JSON]) -> String {
    let rows = machines.map { machine in columns.map { $0.value(machine).shown } }
    let problems = machines.filter { $0["problem"] != .null }.map { $0["problem"].shown + "\n" }
    return aligned([columns.map(\.head)] + rows) + problems.joined()
  }

  static func trail(_ entries: [JSON]) -> String {
    let rows = entries.map { entry in ["time", "change", "by", "why"].map { entry[$0].shown } }
    return aligned([["TIME", "CHANGE", "BY", "WHY"]] + rows)
  }

  /// A line for each key, the metadata's too.
  static func details(_ machine: JSON) -> String {
    guard case .object(let members) = machine else { return "" }
    var rows: [[String]] = []
    for member in members {
      if case .object(let inner) = member.value {
        rows += inner.map { ["\(member.name).\(harmless($0.name))", $0.value.shown] }
      } else {
        rows.append([member.name, member.value.shown])
      }
    }
    return aligned(rows)
  }

  static func summary(_ machine: JSON) -> String {
    let serial = machine["serial"].shown
    let name = machine["id"].shown + (serial.isEmpty ? "" : " (\(serial))")
    let profile = machine["profile"].shown
    return "\(name): \(machine["state"].shown)"
      + (profile.isEmpty ? ", no profile" : ", profile \(profile)")
  }

  /// One line for every machine that came, went or changed.
  static func changes(from before: [JSON], to now: [JSON], json: Bool) -> [String] {
    func byID(_ machines: [JSON]) -> [String: JSON] {
      Dictionary(machines.map { ($0["id"].shown, $0) }) { first, _ in first }
    }
    let (old, new) = (byID(before), byID(now))
    var lines: [String] = []
    for (id, machine) in new.sorted(by: { $0.key < $1.key }) where old[id] != machine {
      if json {
        lines.append(JSONWriter.text(machine))
      } else if let previous = old[id] {
        let words = differences(previous, machine)
        if !words.isEmpty { lines.append("\(id): " + words.joined(separator: ", ")) }
      } else {
        lines.append("\(id): new; " + summary(machine))
      }
    }
    for id in old.keys.sorted() where new[id] == nil {
      lines.append(
        json
          ? JSONWriter.text(
            .object([JSON.Member("id", .string(id)), JSON.Member("removed", .bool(true))]))
          : "\(id): removed")
    }
    return lines
  }

  private static func differences(_ old: JSON, _ new: JSON) -> [String] {
    guard case .object(let members) = new else { return [] }
    return members.filter { $0.value != old[$0.name] && $0.name != "lastSeen" }.map { member in
      let texts = [old[member.name], member.value].map { $0.shown.isEmpty ? "-" : $0.shown }
      return "\(member.name) \(texts[0]) -> \(texts[1])"
    }
  }

  /// Columns two blanks apart; the last is as long as it is, and what is not there is a hyphen.
  private static func aligned(_ rows: [[String]]) -> String {
    let width = rows.map(\.count).max() ?? 0
    let widths = (0..<width).map { column in
      rows.map { column < $0.count ? max($0[column].count, 1) : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, text in
        let text = text.isEmpty ? "-" : text
        let padding = widths[column] - text.count
        return column == row.count - 1 ? text : text + String(repeating: " ", count: padding)
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }

  /// What a terminal would take for a command is shown as `?`.
  static func harmless(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { BootIdentity.isPrintable($0) ? $0 : "?" }))
  }
}

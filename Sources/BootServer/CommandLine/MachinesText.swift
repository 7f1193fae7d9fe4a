// BootServer/CommandLine: machines on a terminal.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

extension JSON {
  /// A member of an object; `null` where there is none.
  subscript(name: String) -> JSON {
    guard case .object(let members) = self else { return .null }
    return members.first { $0.name == name }?.value ?? .null
  }

  /// Without the members that are null.
  fileprivate var known: JSON {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { $0.value != .null })
  }

  fileprivate var isObject: Bool {
    if case .object = self { return true }
    return false
  }

  var elements: [JSON] {
    if case .array(let elements) = self { return elements }
    return []
  }

  /// A string as it is, anything else as nothing.
  var plain: String {
    if case .string(let text) = self { return text }
    return ""
  }

  /// For people: strings without quotes, nothing as nothing.
  var shown: String {
    switch self {
    case .null: ""
    case .string(let text): Terminal.harmless(text)
    case .array(let elements): elements.map(\.shown).joined(separator: ", ")
    case .object(let members):
      members.map { "\(Terminal.harmless($0.name))=\($0.value.shown)" }.joined(separator: ",")
    case .bool, .number: JSONWriter.text(self)
    }
  }
}

/// Tables and lines for people.
enum MachinesText {
  /// Of `--columns mayu`: ID, then the columns of mayuctl, then ours.
  private static let columns: [(head: String, value: @Sendable (JSON) -> JSON)] = [
    ("ID", { $0["id"] }), ("IP", { $0["ip"] }), ("SERIAL", { $0["serial"] }),
    ("PROFILE", { $0["profile"] }), ("IPMIADDR", { $0["mayu"]["IPMIAddr"] }),
    ("PROVIDERID", { $0["mayu"]["ProviderId"] }), ("ETCDTOKEN", { $0["etcdToken"] }),
    ("METADATA", { $0["metadata"] }), ("COREOS", { $0["mayu"]["CoreOSVersion"] }),
    ("STATE", { $0["state"] }), ("LASTBOOT", { $0["lastBoot"] }),
    ("HELD", { $0["held"]["reason"] }),
  ]

  /// A line for each machine, then sentences about those that need a person.
  static func table(_ machines: [JSON]) -> String {
    let rows = machines.map { machine in columns.map { $0.value(machine).shown } }
    return aligned([columns.map(\.head)] + rows) + remarks(machines)
  }

  /// Sentences about machines that need a person.
  static func remarks(_ machines: [JSON]) -> String {
    let problems = machines.filter { $0["problem"] != .null }.map { $0["problem"].shown + "\n" }
    return problems.joined() + AttentionText.lines(machines).map { $0 + "\n" }.joined()
  }

  /// A change with the time of day in front, UTC; what is too long for `width` goes on below.
  static func timed(_ line: String, _ width: Int?, now: Int = WallClock.now.seconds) -> String {
    let time = CivilTime(now).text.suffix(8) + "Z"
    let lines = width.map { TextTable.lines(line, $0 - 11) } ?? [line]
    let gap = "\n" + String(repeating: " ", count: 11)
    return "\(time)  \(lines.joined(separator: gap))\n"
  }

  /// - Parameter width: columns of the terminal; `nil`: a line for each entry.
  static func trail(_ entries: [JSON], width: Int? = nil) -> String {
    let rows = entries.map { entry in ["time", "change", "by", "why"].map { entry[$0].shown } }
    return TextTable.wrapped([["TIME", "CHANGE", "BY", "WHY"]] + rows, to: width, fixed: [0])
  }

  /// A line for each key, and for each key of an object and object of a list in it.
  static func details(_ machine: JSON) -> String {
    guard case .object(let members) = machine else { return "" }
    var rows: [[String]] = []
    for member in members {
      switch member.value {
      case .object(let inner):
        rows += inner.map {
          [Terminal.harmless("\(member.name).\($0.name)"), $0.value.shown]
        }
      case .array(let elements) where elements.contains { $0.isObject }:
        rows += elements.map { [Terminal.harmless(member.name), $0.known.shown] }
      case .null, .bool, .number, .string, .array:
        rows.append([Terminal.harmless(member.name), member.value.shown])
      }
    }
    return aligned(rows)
  }

  /// ID and, in brackets, its serial.
  static func name(_ machine: JSON) -> String {
    let serial = machine["serial"].shown
    return machine["id"].shown + (serial.isEmpty ? "" : " (\(serial))")
  }

  static func summary(_ machine: JSON) -> String {
    let profile = machine["profile"].shown
    return "\(name(machine)): \(machine["state"].shown)"
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
        lines.append(Terminal.json(machine))
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
          ? Terminal.json(
            .object([JSON.Member("id", .string(id)), JSON.Member("removed", .bool(true))]))
          : "\(id): removed")
    }
    return lines
  }

  private static func differences(_ old: JSON, _ new: JSON) -> [String] {
    guard case .object(let members) = new else { return [] }
    return members.filter { $0.value != old[$0.name] && $0.name != "lastSeen" }.map { member in
      // Of what holds a machine the word is enough; list has the sentence.
      let texts = [old[member.name], member.value].map { value in
        let text = member.name == "held" ? value["reason"].shown : value.shown
        return text.isEmpty ? "-" : text
      }
      return "\(Terminal.harmless(member.name)) \(texts[0]) -> \(texts[1])"
    }
  }

  private static let maxWidth = 80

  /// Columns two blanks apart; the last is as long as it is, and what is not there is a hyphen.
  ///
  /// What is longer than `maxWidth` moves the rest of its own line alone.
  static func aligned(_ rows: [[String]]) -> String {
    let width = rows.map(\.count).max() ?? 0
    let widths = (0..<width).map { column in
      min(maxWidth, rows.map { column < $0.count ? max($0[column].count, 1) : 0 }.max() ?? 0)
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, text in
        let text = text.isEmpty ? "-" : text
        let padding = max(0, widths[column] - text.count)
        return column == row.count - 1 ? text : text + String(repeating: " ", count: padding)
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }
}

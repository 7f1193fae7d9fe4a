// BootServer/CommandLine: boots on a terminal.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// Boots as a table, and one boot as a timeline.
struct BootsText {
  /// Characters of a line; `nil`: as many as there are.
  var width: Int?
  /// Milliseconds since 1970.
  var now = BootTime.now.wall

  private static let barWidth = 8
  private static let head = [
    "NAME", "PROFILE", "STATE", "STEP", "PROGRESS", "RATE", "LEFT", "WHEN",
  ]

  /// What stalled, what boots now and what ended, in this order; the newest first.
  func table(_ boots: [JSON]) -> String {
    let order = ["stalled", "booting"]
    let sorted = boots.enumerated().sorted { left, right in
      let rank = { (boot: JSON) in order.firstIndex(of: boot["state"].plain) ?? order.count }
      return (rank(left.element), left.offset) < (rank(right.element), right.offset)
    }
    let rows = sorted.map { row($0.element) }
    return TextTable.shortened([Self.head] + rows, to: width, fixed: [4, 5, 6, 7])
  }

  private func row(_ boot: JSON) -> [String] {
    let isUnderWay = boot["ended"] == .null
    let stage = boot["stages"].elements.last ?? .null
    let (bytes, total) = (Self.number(stage["bytes"]), Self.number(stage["total"]))
    let isMoving = isUnderWay && stage["end"] == .null
    let isPartial = isMoving || (isUnderWay && bytes ?? 0 < total ?? 0)
    let rate = isMoving ? Self.number(stage["rate"]) : nil
    return [
      Self.name(boot), boot["profile"].shown, Self.state(boot),
      isUnderWay ? stage["stage"].shown : "",
      isPartial ? Self.bar(bytes ?? 0, of: total) : "",
      rate.map { "\(ByteText.of($0))/s" } ?? "",
      Self.left(bytes, total, rate).map(Self.duration) ?? "",
      when(boot),
    ]
  }

  /// `[#######-----]  63 %`; where the size is not known what has come.
  static func bar(_ bytes: Int64, of total: Int64?) -> String {
    guard let total, total > 0 else { return ByteText.of(bytes) }
    let share = min(bytes, total) * 100 / total
    let filled = Int(share) * barWidth / 100
    let padding = String(repeating: " ", count: 3 - "\(share)".count)
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: "-", count: barWidth - filled) + "] \(padding)\(share) %"
  }

  private static func left(_ bytes: Int64?, _ total: Int64?, _ rate: Int64?) -> Int64? {
    guard let bytes, let total, let rate, rate > 0, total > bytes else { return nil }
    return (total - bytes) / rate * 1000
  }

  /// For how long it has been going on, or how long ago it ended.
  private func when(_ boot: JSON) -> String {
    guard let began = BootTime.wall(boot["began"].plain) else { return "" }
    guard let ended = BootTime.wall(boot["ended"].plain) else {
      return "for " + Self.duration(max(0, now - began))
    }
    return Self.duration(max(0, now - ended)) + " ago"
  }

  /// A machine's name, else its ID; of a profile's boot the address.
  private static func name(_ boot: JSON) -> String {
    let words = ["name", "machine", "address"].lazy.map { boot[$0].shown }
    let name = words.first { !$0.isEmpty } ?? ""
    return boot["shared"] == .bool(true) ? name + " (shared)" : name
  }

  private static func state(_ boot: JSON) -> String {
    switch boot["state"].plain {
    case "local": "local disk"
    case "no-report": "no report"
    case let word: Terminal.harmless(word)
    }
  }

  /// One boot as one line: `10:24:01Z  node1 (web): initrd 63 %, 41.0 MB of 65.0 MB`.
  func line(_ boot: JSON) -> String {
    let time = CivilTime(Int(now / 1000)).text.suffix(8)
    let profile = boot["profile"].shown
    var words = Self.state(boot)
    let stall = boot["stalled"]["says"].shown
    if !stall.isEmpty {
      words += ": " + stall
    } else if boot["ended"] == .null, let stage = boot["stages"].elements.last {
      words += ": " + stage["stage"].shown
      let bytes = Self.number(stage["bytes"]) ?? 0
      if let total = Self.number(stage["total"]), bytes < total {
        words += " \(bytes * 100 / total) %, \(ByteText.of(bytes)) of \(ByteText.of(total))"
      }
    } else {
      words += ", began " + String(boot["began"].plain.dropFirst(11).prefix(8)) + "Z"
    }
    return "\(time)Z  \(Self.name(boot))\(profile.isEmpty ? "" : " (\(profile))"): \(words)"
  }

  /// One boot, a line a step.
  func timeline(_ boot: JSON) -> String {
    guard let began = BootTime.wall(boot["began"].plain) else { return "" }
    var who = Self.name(boot)
    if !boot["name"].shown.isEmpty { who += " (\(boot["machine"].shown))" }
    let version = boot["version"].shown
    var profile = boot["profile"].shown
    if !profile.isEmpty {
      profile = ", profile \(profile)" + (version.isEmpty ? "" : " \(version)")
    }
    let ended = BootTime.wall(boot["ended"].plain)
    let took = Self.duration(max(0, (ended ?? now) - began))
    var text = "\(who)\(profile), at \(boot["address"].shown)\n"
    text +=
      "\(boot["began"].shown): \(Self.state(boot)) \(ended == nil ? "for" : "after") \(took)\n"
    let stall = boot["stalled"]["says"].shown
    if !stall.isEmpty { text += "It stands still: \(stall)\n" }
    if boot["shared"] == .bool(true) {
      text +=
        "Another machine at this address fetches the same: what is not told apart is missing.\n"
    }
    let rows = boot["stages"].elements.map { stage in Self.step(stage, began: began, now: now) }
    return text + TextTable.shortened(rows, to: width, fixed: [0, 1, 3])
  }

  private static func step(_ stage: JSON, began: Int64, now: Int64) -> [String] {
    let start = BootTime.wall(stage["start"].plain) ?? began
    let end = BootTime.wall(stage["end"].plain)
    let offset = max(0, start - began)
    var sizes = ""
    let (bytes, total) = (number(stage["bytes"]) ?? 0, number(stage["total"]))
    if let total, bytes < total {
      sizes =
        "\(ByteText.of(bytes)) of \(ByteText.of(total)), \(total > 0 ? bytes * 100 / total : 0) %"
    } else if bytes > 0 {
      sizes = ByteText.of(bytes)
    }
    let length = (end ?? now) - start
    if length >= 100 || end == nil, !sizes.isEmpty {
      sizes += end == nil ? ", for \(duration(length))" : " in \(duration(length))"
      if let rate = number(stage["rate"]), rate > 0 { sizes += ", \(ByteText.of(rate))/s" }
    }
    let name = stage["name"].plain.split(separator: "/").last.map(String.init) ?? ""
    return ["  +\(seconds(offset)) s", stage["stage"].shown, Terminal.harmless(name), sizes]
  }

  private static func seconds(_ milliseconds: Int64) -> String {
    "\(milliseconds / 1000).\(milliseconds / 100 % 10)"
  }

  /// `4.2 s`, `3 min 10 s`, `2 h 5 min`, `3 d 4 h`.
  static func duration(_ milliseconds: Int64) -> String {
    let seconds = milliseconds / 1000
    return switch seconds {
    case ..<10: "\(Self.seconds(milliseconds)) s"
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
    case ..<86_400: "\(seconds / 3600) h \(seconds / 60 % 60) min"
    default: "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
    }
  }

  private static func number(_ json: JSON) -> Int64? {
    guard case .number(let text) = json else { return nil }
    return Int64(text)
  }
}

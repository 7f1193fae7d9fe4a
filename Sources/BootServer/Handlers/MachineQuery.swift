// BootServer/Handlers: which machines of all, in which order.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// The parameters of `GET /machines`.
struct MachineQuery: Equatable, Sendable {
  /// Why it cannot be answered.
  struct Bad: Error { let line: String }

  enum Sort: String, CaseIterable, Sendable {
    case id, name, state, profile, held, lastSeen, lastBoot

    /// Whether the order changes without a change of any record.
    var isOfTimes: Bool { self == .lastSeen || self == .lastBoot }
  }

  /// One word of `q=`; all have to fit.
  enum Word: Hashable, Sendable {
    case part([UInt8])
    case state(String)
    case profile(String)
    case held
  }

  /// What makes an order; the rest only says which piece of it.
  struct Order: Hashable, Sendable {
    var words: [Word] = []
    var sort = Sort.id
    var isBackward = false
  }

  var order = Order()
  var limit = Int.max
  /// The last one of the page before.
  var after: MachineID?
  /// `nil`: all keys.
  var fields: Set<String>?

  private static let mostOfText = 200

  /// - Returns: `nil` where none of the parameters is there.
  init?(_ query: ArraySlice<UInt8>?) throws(Bad) {
    var isAsked = false
    for (name, value) in QueryParameters(query ?? []) {
      let text = String(decoding: value, as: UTF8.self)
      switch String(decoding: name, as: UTF8.self) {
      case "limit": limit = try Self.limit(text)
      case "after": after = try Self.after(text)
      case "q": order.words = try Self.words(text)
      case "sort": try setSort(text)
      case "fields": fields = try Self.fields(text)
      default: continue
      }
      isAsked = true
    }
    if !isAsked { return nil }
  }

  private static func limit(_ text: String) throws(Bad) -> Int {
    guard let limit = Int(text), limit > 0 else {
      throw Bad(line: "limit= is a number of machines, 1 at least")
    }
    return limit
  }

  private static func after(_ text: String) throws(Bad) -> MachineID {
    guard let id = MachineID(text) else {
      throw Bad(line: "after= is the ID of the last machine of the page before")
    }
    return id
  }

  private mutating func setSort(_ text: String) throws(Bad) {
    order.isBackward = text.hasPrefix("-")
    guard let sort = Sort(rawValue: order.isBackward ? String(text.dropFirst()) : text) else {
      let names = Sort.allCases.map(\.rawValue).joined(separator: ", ")
      throw Bad(line: "sort= is one of \(names), with a - in front for backward")
    }
    order.sort = sort
  }

  private static func words(_ text: String) throws(Bad) -> [Word] {
    guard text.utf8.count <= mostOfText else {
      throw Bad(line: "q= has more than \(mostOfText) bytes")
    }
    return text.lowercased().split(whereSeparator: \.isWhitespace).map { word in
      if word == "is:held" { return .held }
      if word.hasPrefix("state:") { return .state(String(word.dropFirst(6))) }
      if word.hasPrefix("profile:") { return .profile(String(word.dropFirst(8))) }
      return .part(Array(word.utf8))
    }
  }

  /// Keys that a record may have in an answer.
  private static let known: Set<String> = [
    "id", "uuid", "macs", "serial", "asset", "hostname", "ip", "arch", "platform", "profile",
    "state",
    "metadata", "etcdToken", "firstSeen", "installedAt", "told", "failedTries", "held", "lastSeen",
    "lastBoot", "version", "mayu", "problem",
  ]

  private static func fields(_ text: String) throws(Bad) -> Set<String> {
    let names = Set(text.split(separator: ",").map(String.init))
    if let other = names.first(where: { !known.contains($0) }) {
      let near = Nearest.name(to: other, in: Array(known))
      throw Bad(
        line: LogText.oneLine(
          "fields= names '\(other.prefix(40))', which no record has"
            + (near.map { "; did you mean '\($0)'?" } ?? "")))
    }
    return names
  }
}

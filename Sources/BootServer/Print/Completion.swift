// BootServer/Print: what a shell can offer, from the table of verbs.
// SPDX-License-Identifier: Apache-2.0

/// What may stand at a place of a command line, as ``Verb/table`` knows it.
enum Completion {
  /// What one place takes.
  enum Offer: Hashable {
    case words([String])
    case file, directory
    /// Only the person knows.
    case nothing

    init(_ placeholder: String, _ words: [String]) {
      switch placeholder {
      case _ where !words.isEmpty: self = .words(words)
      case "FILE": self = .file
      case "DIR": self = .directory
      default: self = .nothing
      }
    }
  }

  /// A place, as a pattern of the shells' `case`, and what it takes.
  struct Place: Equatable {
    let pattern: String
    let offer: Offer
  }

  /// Values of options: patterns of a verb, a space and the flag.
  static var values: [Place] {
    var flags: [String] = []
    var offers: [String: [(verb: String, offer: Offer)]] = [:]
    for verb in Verb.table {
      for option in verb.allOptions {
        guard let placeholder = option.placeholder else { continue }
        if offers[option.flag] == nil { flags.append(option.flag) }
        offers[option.flag, default: []].append(
          (verb.name, Offer(placeholder, option.words)))
      }
    }
    return flags.flatMap { (flag) -> [Place] in
      let all = offers[flag] ?? []
      if Set(all.map(\.offer)).count == 1, let only = all.first {
        return [Place(pattern: "*' \(flag)'", offer: only.offer)]
      }
      return all.map { Place(pattern: "'\($0.verb) \(flag)'", offer: $0.offer) }
    }.filter { $0.offer != .nothing }
  }

  /// Operands: patterns of a verb and the operands before.
  static var operands: [Place] {
    Verb.table.flatMap { (verb) -> [Place] in
      guard let first = verb.operands.first else { return [] }
      let again = first.isRepeated ? "|'\(verb.name) '*" : ""
      let place = Place(
        pattern: "'\(verb.name)'\(again)", offer: Offer(first.name, first.words))
      return [place] + parts(of: verb)
    }.filter { $0.offer != .nothing }
  }

  /// What stands behind a kind of `print`.
  private static func parts(of verb: Verb) -> [Place] {
    guard verb.name == Verb.print.name else { return [] }
    return PrintKind.table.filter { !$0.parts.isEmpty }.map {
      Place(pattern: "'\(verb.name) \($0.name)'", offer: .words($0.parts))
    }
  }

  /// Flags behind which a value follows.
  static var valuedFlags: [String] {
    Set(Verb.table.flatMap(\.allOptions).filter(\.takesValue).map(\.flag)).sorted()
  }

  /// Verbs that others stand below; the first is the program.
  static var groups: [Verb] { Verb.table.filter { !$0.members.isEmpty } }

  /// Names of all verbs, quoted, as alternatives of a `case`.
  static var verbPattern: String {
    Verb.table.filter { !$0.words.isEmpty }.map { "'\($0.name)'" }.joined(separator: "|")
  }
}

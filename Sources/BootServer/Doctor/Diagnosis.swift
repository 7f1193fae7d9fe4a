// BootServer/Doctor: what is wrong, how one sees it, and what cures it.
// SPDX-License-Identifier: Apache-2.0

import Text

/// One thing that `doctor` found.
struct Diagnosis: Equatable, Sendable {
  enum Severity: String, Sendable {
    /// Machines do not get what they should.
    case fault
    /// Good to know; also what was not looked at, and why.
    case note
  }

  let severity: Severity
  /// One word: `port`, `held`. The docs have a row for each.
  let kind: String
  /// A sentence without its full stop.
  let what: String
  /// The evidence; empty for a note that says all.
  let seen: String
  /// What to do; empty for a note.
  var cure: String

  static func fault(_ kind: String, _ what: String, seen: String, cure: String) -> Diagnosis {
    Diagnosis(severity: .fault, kind: kind, what: what, seen: seen, cure: cure)
  }

  static func note(_ kind: String, _ what: String) -> Diagnosis {
    Diagnosis(severity: .note, kind: kind, what: what, seen: "", cure: "")
  }

  /// For people: a line, and two more where there is evidence and a cure.
  var text: String {
    var lines = ["\(severity.rawValue): \(kind): \(what)"]
    if !seen.isEmpty { lines.append("    seen: \(seen)") }
    if !cure.isEmpty { lines.append("    do:   \(cure)") }
    return lines.map { Terminal.harmless(LogText.oneLine($0)) + "\n" }.joined()
  }

  var json: JSON {
    .object([
      JSON.Member("severity", .string(severity.rawValue)), JSON.Member("kind", .string(kind)),
      JSON.Member("what", .string(what)), JSON.Member("seen", .string(seen)),
      JSON.Member("do", .string(cure)),
    ])
  }
}

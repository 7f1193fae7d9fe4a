// BootServer/Explain: what becomes of a boot, and why.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// What the server would answer, and why, for a person and for a program.
struct Explanation {
  enum Decision: String {
    case boot, local, held, ask
  }

  /// Something that the machine fetches next.
  struct Fetch: Equatable {
    let url: String
    /// Bytes; `nil`: not known, for it is rendered, a folder or elsewhere.
    var size: Int64?
    /// `nil`: it is elsewhere.
    var exists: Bool?
  }

  /// A file of `configs/`, as the machine gets it.
  struct Answer: Equatable {
    /// Below the data directory, without `.tmpl`.
    let file: String
    /// `nil`: it cannot be rendered.
    let text: String?
    /// Why not.
    let problem: String?
  }

  var decision: Decision
  var machine: Machine?
  /// Where it stands before this boot; `nil`: it is new, or none.
  var state: MachineState?
  var profile: String?
  /// The reason, as a person would tell it.
  var why: String
  /// What would be written down.
  var changes: [String] = []
  var lookedAt: [ProfileIndex.Reason] = []
  var script: [UInt8]?
  var summary: ScriptSummary?
  var fetches: [Fetch] = []
  /// The files of `configs/` that it gets.
  var answers: [Answer] = []
  /// What an operator should look at.
  var warnings: [String] = []

  var json: JSON {
    var members = [JSON.Member("decision", .string(decision.rawValue))]
    func add(_ name: String, _ text: String?) {
      members.append(JSON.Member(name, text.map { .string($0) } ?? .null))
    }
    add("machine", machine?.id.description)
    add("profile", profile)
    add("why", why)
    add("state", state?.rawValue)
    members.append(
      JSON.Member(
        "looked_at",
        .array(lookedAt.map { Self.object([("profile", $0.profile), ("why", $0.why)]) })))
    add("script", script.map { String(decoding: $0, as: UTF8.self) })
    add("cmdline", summary?.commandLine)
    members.append(
      JSON.Member("length", summary?.commandLine.map { .number("\($0.utf8.count)") } ?? .null))
    members.append(JSON.Member("fetches", .array(fetches.map(Self.json))))
    members.append(JSON.Member("answers", .array(answers.map(Self.json))))
    members.append(JSON.Member("warnings", .array(warnings.map { .string($0) })))
    return .object(members)
  }

  private static func object(_ pairs: [(String, String)]) -> JSON {
    .object(pairs.map { JSON.Member($0.0, .string($0.1)) })
  }

  private static func json(_ fetch: Fetch) -> JSON {
    .object([
      JSON.Member("url", .string(fetch.url)),
      JSON.Member("size", fetch.size.map { .number("\($0)") } ?? .null),
      JSON.Member("exists", fetch.exists.map { .bool($0) } ?? .null),
    ])
  }

  private static func json(_ answer: Answer) -> JSON {
    .object([
      JSON.Member("file", .string(answer.file)),
      JSON.Member("text", answer.text.map { .string($0) } ?? .null),
      JSON.Member("problem", answer.problem.map { .string($0) } ?? .null),
    ])
  }

  var text: String {
    var lines = [headline, "  why: \(why)"]
    for change in changes { lines.append("  would be written down: \(change)") }
    for warning in warnings { lines.append("  warning: \(warning)") }
    if !lookedAt.isEmpty {
      lines.append("profiles that were looked at:")
      lines += lookedAt.map { "  \($0.profile): \($0.why)" }
    }
    if let line = summary?.commandLine {
      lines.append("the kernel's command line, \(line.utf8.count) bytes:")
      lines.append("  \(line)")
    }
    if !fetches.isEmpty {
      lines.append("it fetches next:")
      lines += fetches.map(Self.text)
    }
    if let script {
      lines.append("the script:")
      lines += String(decoding: script, as: UTF8.self).split(separator: "\n").map { "  \($0)" }
    }
    for answer in answers {
      lines.append("\(answer.file):")
      let text = answer.text ?? "cannot be rendered: \(answer.problem ?? "")"
      lines += text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
    }
    return lines.map { Terminal.harmless($0) + "\n" }.joined()
  }

  private var headline: String {
    let who = machine.map { "machine \($0.id), \(state?.rawValue ?? "new")," } ?? "it"
    return switch decision {
    case .boot: "\(who) boots profile \(profile ?? "none")"
    case .local: "\(who) boots its own disk"
    case .held: "\(who) is held"
    case .ask: "it is asked who it is"
    }
  }

  private static func text(_ fetch: Fetch) -> String {
    let what =
      switch (fetch.exists, fetch.size) {
      case (true, let size?): "\(size) bytes"
      case (true, nil): "there"
      case (false, _): "IS NOT THERE"
      case (nil, _): "elsewhere, not looked at"
      }
    return "  \(fetch.url)  \(what)"
  }
}

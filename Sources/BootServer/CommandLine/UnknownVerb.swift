// BootServer/CommandLine: words that are no verb.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Names the verb that somebody meant.
enum UnknownVerb {
  /// What other programs call it.
  private static let others = [
    "ls": "list", "ps": "list", "rm": "remove", "del": "remove", "delete": "remove",
    "forget": "remove", "get": "show", "describe": "show", "info": "show", "log": "audit",
    "history": "audit", "assign": "claim", "add": "expect", "create": "expect",
    "register": "expect", "unclaim": "release", "rebuild": "reinstall", "edit": "set",
    "patch": "set", "update": "set", "follow": "watch", "tail": "watch", "status": "state",
    "trust": "trust-state", "dump": "backup", "validate": "check", "lint": "check",
    "test": "check", "why": "explain", "diagnose": "doctor", "download": "fetch",
    "pull": "fetch", "clean": "prune",
  ]

  /// - Parameters:
  ///   - word: what stands where a verb should.
  ///   - next: what stands behind it.
  static func error(_ word: String, _ next: String?, in group: Verb) -> UsageError {
    let meant = name(word, next, in: group)
    return UsageError(
      "unknown verb '\(word)'\(meant.map { "; did you mean '\($0)'?" } ?? ""); \(group.hint)")
  }

  /// A word that is one too many: another verb, or what another verb takes.
  static func unexpected(_ word: String, behind verb: Verb) -> UsageError {
    let group = verb.words.dropLast().joined(separator: " ")
    var meant: String?
    if Verb.table.contains(where: { $0.name == "\(group) \(word)" }) {
      meant = "\(group) \(word)"
    } else if verb.name == "machines list" {
      meant = "machines show \(word)"
    }
    return UsageError(
      "unexpected argument '\(word)'\(meant.map { "; did you mean '\($0)'?" } ?? "");"
        + " \(verb.hint)")
  }

  private static func name(_ word: String, _ next: String?, in group: Verb) -> String? {
    let small = word.lowercased()
    if small == "help" || small == "version" { return "--" + small }
    let known = group.members.compactMap(\.words.last)
    for name in [small, others[small] ?? small] {
      if known.contains(name) { return name }
      if let verb = Verb.table.first(where: { $0.words.last == name }) { return verb.name }
    }
    guard let near = Nearest.name(to: small, in: known) else { return nil }
    guard let next, let verb = Verb.table.first(where: { $0.words == group.words + [near] }) else {
      return near
    }
    let behind = verb.members.compactMap(\.words.last).contains(next)
    return behind ? "\(near) \(next)" : near
  }
}

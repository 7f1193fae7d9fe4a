// BootServer/CommandLine: what `--help` prints.
// SPDX-License-Identifier: Apache-2.0

/// Help, made from a row of the table.
package enum HelpText {
  /// The help of one verb, or of the program; lines of at most 80 characters.
  package static func of(_ verb: Verb) -> String {
    let meaning = verb.meaning.prefix(1).uppercased() + verb.meaning.dropFirst() + ".\n"
    var parts = [usage(verb), meaning, examples(verb), verb.help + "\n"]
    if !verb.members.isEmpty { parts.append(verbs(verb)) }
    parts += [options(verb), statuses(verb)]
    return parts.joined(separator: "\n")
  }

  private static func usage(_ verb: Verb) -> String {
    let program = "coreos-ipxe-server"
    guard verb.run != nil else { return "Usage: \(program) \(verb.name) VERB ...\n" }
    let line = [program, verb.usage, "[OPTION]..."].filter { !$0.isEmpty }
    var text = "Usage: " + line.joined(separator: " ") + "\n"
    if !verb.members.isEmpty { text += "       \(program) VERB ...\n" }
    return text
  }

  private static func examples(_ verb: Verb) -> String {
    verb.examples.map { "  coreos-ipxe-server \($0)\n" }.joined()
  }

  private static func verbs(_ group: Verb) -> String {
    let rows = group.members.map { verb in
      let rest = verb.run == nil ? ["VERB", "..."] : []
      let words = verb.usage.split(separator: " ").dropFirst(group.words.count).map(String.init)
      return (usage: (words + rest).joined(separator: " "), meaning: verb.meaning)
    }
    let width = rows.map(\.usage.count).max() ?? 0
    let lines = rows.map { row in
      "  \(row.usage)\(String(repeating: " ", count: width - row.usage.count))  \(row.meaning)\n"
    }
    let name = (["coreos-ipxe-server"] + group.words).joined(separator: " ")
    return
      "Verbs, each with its own help, as in '\(name) \(group.members[0].words.last ?? "") --help':\n\n"
      + lines.joined()
  }

  private static func options(_ verb: Verb) -> String {
    let head = verb.run == nil ? "Options of most verbs:\n" : "Options:\n"
    return head
      + verb.allOptions.map { option in
        var lines = ["", "  \(option.usage)", "      \(option.meaning)"]
        if let standard = option.standard { lines.append("      default: \(standard)") }
        if let variable = option.variable { lines.append("      variable: \(variable)") }
        return lines.joined(separator: "\n") + "\n"
      }.joined()
  }

  private static func statuses(_ verb: Verb) -> String {
    let words = verb.statuses.map { "\($0.rawValue) \($0.meaning)" }
    return "Exit status: \(words.joined(separator: ", ")).\n"
  }
}

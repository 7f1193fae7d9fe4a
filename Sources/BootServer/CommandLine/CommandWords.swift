// BootServer/CommandLine: flags told from words.
// SPDX-License-Identifier: Apache-2.0

/// A command line taken apart, before it is known which verb it is.
///
/// Flags may stand anywhere, also before the verb: which of them take a value is the same for
/// every verb. Behind `--` all are words; a lone `-` is one.
struct CommandWords {
  struct Flag {
    let name: String
    let value: String?
  }

  private(set) var words: [String] = []
  private(set) var flags: [Flag] = []

  init(_ arguments: [String]) {
    let valued = Set(
      Verb.table.flatMap(\.allOptions).filter(\.takesValue).map(\.flag))
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        words += rest
        return
      }
      guard argument.hasPrefix("-"), argument.count > 1 else {
        words.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = argument == "-h" ? Option.help.flag : String(parts[0])
      let value = parts.count == 2 ? String(parts[1]) : nil
      flags.append(
        Flag(name: name, value: value ?? (valued.contains(name) ? rest.popFirst() : nil)))
    }
  }

  func has(_ option: Option) -> Bool { flags.contains { $0.name == option.flag } }
}

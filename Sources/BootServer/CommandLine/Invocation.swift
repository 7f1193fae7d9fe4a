// BootServer/CommandLine: from arguments to what is to be done.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What a command line asks for.
package enum Invocation: Sendable {
  case run(Arguments)
  /// Help, or the version.
  case print(String)

  /// Flags win over environment variables, those over the defaults.
  ///
  /// - Parameter environment: looks a variable up.
  package init(
    arguments: [String], environment: (String) -> String?
  ) throws(UsageError) {
    let line = CommandWords(arguments)
    let verb = Self.verb(line.words)
    let operands = Array(line.words.dropFirst(verb.words.count))
    for flag in line.flags { try Self.check(flag, of: verb) }
    if verb.run == nil || verb.words.isEmpty, let word = operands.first {
      throw UnknownVerb.error(word, operands.dropFirst().first, in: verb)
    }
    if line.has(.help) {
      self = .print(HelpText.of(verb))
      return
    }
    if line.has(.version) {
      self = .print("coreos-ipxe-server \(Version.text)\n")
      return
    }
    guard verb.run != nil else {
      let names = verb.members.compactMap(\.words.last).joined(separator: ", ")
      throw UsageError("\(verb.name) needs a verb: \(names)")
    }
    var result = Arguments(verb)
    try Self.parse(environment, except: Set(line.flags.map(\.name)), &result)
    try Self.parse(line.flags, &result)
    try Self.parse(operands, &result)
    for option in verb.required where !result.has(option) {
      // `machines claim ID node` means a profile by its second word.
      let words = result.operands
      let hint =
        words.count == 2 && option.flag == Option.profile.flag
        ? "; did you mean '\(verb.name) \(words[0]) \(option.flag) \(words[1])'?" : ""
      throw UsageError("\(verb.name) needs \(option.usage)\(hint)")
    }
    try verb.check(result)
    self = .run(result)
  }

  /// The row with the most words that the line begins with.
  private static func verb(_ words: [String]) -> Verb {
    Verb.table.filter { words.starts(with: $0.words) }.max { $0.words.count < $1.words.count }
      ?? Verb.server
  }

  private static func check(_ flag: CommandWords.Flag, of verb: Verb) throws(UsageError) {
    guard let option = verb.allOptions.first(where: { $0.flag == flag.name }) else {
      if let owner = Verb.table.first(where: { $0.allOptions.contains { $0.flag == flag.name } }) {
        let place = owner.words.isEmpty ? "the server itself" : owner.name
        throw UsageError("option \(flag.name) belongs to \(place); \(verb.hint)")
      }
      let near = Nearest.name(to: flag.name, in: verb.allOptions.map(\.flag))
      throw UsageError(
        "unknown option '\(flag.name)'\(near.map { "; did you mean '\($0)'?" } ?? ""); \(verb.hint)"
      )
    }
    if option.takesValue, flag.value == nil {
      throw UsageError("option \(flag.name) needs a value: \(option.usage)")
    }
    if !option.takesValue, flag.value != nil {
      throw UsageError("option \(flag.name) takes no value")
    }
  }

  /// - Parameter flags: those that are given, of which several values would be joined.
  private static func parse(
    _ environment: (String) -> String?, except flags: Set<String>, _ result: inout Arguments
  ) throws(UsageError) {
    for option in result.verb.allOptions {
      // The original took an empty variable for an absent one.
      guard let variable = option.variable, let value = environment(variable), !value.isEmpty,
        !(option.isRepeated && flags.contains(option.flag))
      else { continue }
      let values = option.isRepeated ? value.split(separator: ":").map(String.init) : [value]
      do throws(UsageError) {
        for value in values { try result.set(option, value) }
      } catch {
        throw UsageError("environment variable \(variable): \(error)")
      }
    }
  }

  private static func parse(
    _ flags: [CommandWords.Flag], _ result: inout Arguments
  ) throws(UsageError) {
    for flag in flags {
      for option in result.verb.allOptions where option.flag == flag.name {
        do throws(UsageError) {
          try result.set(option, flag.value ?? "yes")
        } catch {
          throw UsageError("option \(flag.name): \(error)")
        }
      }
    }
  }

  private static func parse(
    _ operands: [String], _ result: inout Arguments
  ) throws(UsageError) {
    let verb = result.verb
    for (index, operand) in verb.operands.enumerated() where operand.isRequired {
      guard index < operands.count, !operands[index].isEmpty else {
        throw UsageError("\(verb.name) needs \(operand.meaning)")
      }
    }
    let isOpen = verb.operands.last?.isRepeated ?? false
    if !isOpen, operands.count > verb.operands.count {
      throw UnknownVerb.unexpected(operands[verb.operands.count], behind: verb)
    }
    result.operands = operands
  }
}

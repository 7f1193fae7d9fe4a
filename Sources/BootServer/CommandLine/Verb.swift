// BootServer/CommandLine: one thing that the program does.
// SPDX-License-Identifier: Apache-2.0

/// A row of the command line; all rows are ``table``.
///
/// The row without words is the server itself; a row without `run` is a group of others.
package struct Verb: Sendable {
  typealias Run = @Sendable (Arguments) throws(CommandError) -> ExitCode
  typealias Check = @Sendable (Arguments) throws(UsageError) -> Void

  /// `machines claim`.
  package let words: [String]
  /// What may stand behind the words, in order.
  package let operands: [Operand]
  /// Options that must be there.
  package let required: [Option]
  /// Options that may be there.
  package let options: [Option]
  /// One line, as a list of verbs has it.
  package let meaning: String
  /// Whole command lines, without the program's name.
  package let examples: [String]
  /// What a person has to know, in lines of at most 80 characters.
  package let help: String
  /// How it may end, for its help.
  package let statuses: [ExitCode]
  /// Refuses combinations that the row alone cannot.
  let check: Check
  let run: Run?

  init(
    _ words: String, _ operands: [Operand] = [], requires required: [Option] = [],
    options: [Option] = [], meaning: String, examples: [String], help: String,
    statuses: [ExitCode] = ExitCode.usual, check: @escaping Check = { _ in }, run: Run?
  ) {
    self.words = words.split(separator: " ").map(String.init)
    self.operands = operands
    self.required = required
    self.options = options
    self.meaning = meaning
    self.examples = examples
    self.help = help
    self.statuses = statuses
    self.check = check
    self.run = run
  }

  /// The words in one text; empty for the server.
  package var name: String { words.joined(separator: " ") }

  /// Every option it takes, in the order of its help.
  package var allOptions: [Option] { required + options + [.help] }

  /// Its words and what must stand behind them: `machines claim ID --profile NAME`.
  package var usage: String {
    (words + operands.map(\.usage) + required.map(\.usage)).joined(separator: " ")
  }

  /// The rows of a group.
  package var members: [Verb] {
    Verb.table.filter { $0.words.count == words.count + 1 && $0.words.starts(with: words) }
  }

  /// `see machines list --help`.
  var hint: String { "see \((words + ["--help"]).joined(separator: " "))" }
}

// BootServer/CommandLine: one option of the command line.
// SPDX-License-Identifier: Apache-2.0

/// A flag, the environment variable that stands in for it, and what they set.
///
/// Help, `docs/configuration.md`, `docs/cli.md` and the tests come from these rows.
package struct Option: Sendable {
  typealias Parse = @Sendable (inout Configuration, String) throws(UsageError) -> Void

  /// With its dashes: `--listen`.
  package let flag: String
  /// The variable that stands in for it; `nil`: none.
  package let variable: String?
  /// `nil`: a flag without a value.
  package let placeholder: String?
  /// What holds without it, where there is something to say.
  package let standard: String?
  /// For help and docs: what it does, in a sentence or two.
  package let meaning: String
  /// Whether it may be given several times; in its variable the values stand with `:` between them.
  package let isRepeated: Bool
  /// The words that its value is one of, where there are no others.
  package let words: [String]
  /// Checks a value; an option of the server also sets it.
  let parse: Parse

  init(
    _ flag: String, _ placeholder: String? = nil, variable: String? = nil,
    standard: String? = nil, meaning: String, isRepeated: Bool = false, words: [String] = [],
    parse: @escaping Parse = { (_, value) throws(UsageError) in
      guard !value.isEmpty else { throw UsageError("needs a value") }
    }
  ) {
    self.flag = flag
    self.placeholder = placeholder
    self.variable = variable
    self.standard = standard
    self.meaning = meaning
    self.isRepeated = isRepeated
    self.words = words
    self.parse = parse
  }

  /// Whether a value follows.
  package var takesValue: Bool { placeholder != nil }

  /// As a usage line has it: `--profile NAME`.
  package var usage: String { flag + (placeholder.map { " \($0)" } ?? "") }

  /// The text of a switch's variable; its flag alone means yes.
  static func isOn(_ text: String) throws(UsageError) -> Bool {
    switch text.lowercased() {
    case "1", "yes", "true": return true
    case "0", "no", "false": return false
    default: throw UsageError("'\(text)' is neither yes nor no")
    }
  }
}

// BootServer/CommandLine: what one verb was told.
// SPDX-License-Identifier: Apache-2.0

/// A command line that fits a row of ``Verb/table``.
package struct Arguments: Sendable {
  /// What is to be done.
  package let verb: Verb
  /// What stands behind the verb without a flag.
  package internal(set) var operands: [String] = []
  /// What the options come to, over the environment, over the standard.
  package internal(set) var configuration = Configuration()
  /// By flag; also what a variable said.
  private var values: [String: [String]] = [:]

  init(_ verb: Verb) { self.verb = verb }

  /// What an option was given; of several the last.
  package subscript(option: Option) -> String? { values[option.flag]?.last }

  /// What an option that may be repeated was given, in order.
  func all(_ option: Option) -> [String] { values[option.flag] ?? [] }

  /// Whether an option was given, by flag or variable.
  package func has(_ option: Option) -> Bool { values[option.flag] != nil }

  /// Reads an option's value.
  mutating func set(_ option: Option, _ value: String) throws(UsageError) {
    try option.parse(&configuration, value)
    values[option.flag, default: []].append(value)
  }
}

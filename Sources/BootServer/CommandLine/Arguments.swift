// BootServer/CommandLine: what one verb was told.
// SPDX-License-Identifier: Apache-2.0

/// A command line that fits a row of ``Verb/table``.
package struct Arguments: Sendable {
  package let verb: Verb
  package internal(set) var operands: [String] = []
  package internal(set) var configuration = Configuration()
  /// By flag; also what a variable said.
  private var values: [String: String] = [:]

  init(_ verb: Verb) { self.verb = verb }

  /// What an option was given; of several the last.
  package subscript(option: Option) -> String? { values[option.flag] }

  package func has(_ option: Option) -> Bool { values[option.flag] != nil }

  /// Reads an option's value.
  mutating func set(_ option: Option, _ value: String) throws(UsageError) {
    try option.parse(&configuration, value)
    values[option.flag] = value
  }
}

// BootServer/CommandLine: what stands behind a verb without a flag.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// A place on the command line: `ID`, `[DIR]`, `KEY=VALUE...`.
package struct Operand: Sendable {
  /// How many there may be.
  package enum Count: Sendable {
    case one, optional, oneOrMore, any
  }

  /// In capitals, as the help shows it.
  package let name: String
  /// How many there may be.
  package let count: Count
  /// What lacks where it is not there, as in "machines show needs ...".
  package let meaning: String
  /// Words that fit, for a shell to offer; there may be others.
  package var words: [String] = []

  static let machine = Operand(name: "ID", count: .one, meaning: "a machine's ID")
  static let eachMachine = Operand(name: "ID", count: .oneOrMore, meaning: "a machine's ID")
  static let eachMAC = Operand(name: "MAC", count: .oneOrMore, meaning: "a machine's MAC or UUID")
  static let machines = Operand(name: "ID", count: .any, meaning: "machines' IDs")
  static let changes = Operand(
    name: "KEY=VALUE", count: .oneOrMore, meaning: "KEY=VALUE, such as state=configured")
  static let file = Operand(
    name: "FILE", count: .one, meaning: "a FILE to write; - is standard output")
  static let preset = Operand(
    name: "NAME", count: .one, meaning: "a preset's NAME; see os list",
    words: Preset.all.map(\.name))
  static let profileOrMachine = Operand(
    name: "NAME", count: .optional, meaning: "a profile's NAME, or whatever a machine is called")
  static let profileName = Operand(name: "PROFILE", count: .optional, meaning: "a profile's name")
  static let bootOrMachine = Operand(
    name: "ID", count: .optional, meaning: "a machine's ID, or a boot's")
  static let directory = Operand(name: "DIR", count: .optional, meaning: "a state directory")

  /// As a usage line has it: `[ID...]`.
  package var usage: String {
    switch count {
    case .one: name
    case .optional: "[\(name)]"
    case .oneOrMore: "\(name)..."
    case .any: "[\(name)...]"
    }
  }

  var isRequired: Bool { count == .one || count == .oneOrMore }
  var isRepeated: Bool { count == .oneOrMore || count == .any }
}

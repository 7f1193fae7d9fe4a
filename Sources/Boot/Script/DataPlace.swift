// Boot/Script: where in the data directory something stands.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Where in the data directory something stands that a person can mend.
package struct DataPlace: Equatable, Sendable {
  /// As below the data directory: `profiles/dev.json`.
  package let file: String
  /// The key of a profile: `match.mac`; `nil`: the file as a whole, or a line.
  package var key: String?
  /// From 1; `nil`: not known.
  package var line: Int?
  /// In bytes, from 1; only with a line.
  package var column: Int?

  init(_ file: String, key: String? = nil, line: Int? = nil, column: Int? = nil) {
    self.file = file
    self.key = key
    self.line = line
    self.column = column
  }
}

/// Something that an operator should look at before a machine boots a script.
package struct ScriptWarning: Equatable, Sendable {
  /// What the log says.
  package let sentence: String
  /// What to mend.
  package let at: DataPlace
  /// The kind of it: `missing-file`.
  package let rule: String

  init(_ rule: String, at place: DataPlace, _ sentence: String) {
    self.sentence = sentence
    at = place
    self.rule = rule
  }
}

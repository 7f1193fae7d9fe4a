// BootServer/CommandLine: verbs that fail.
// SPDX-License-Identifier: Apache-2.0

/// Why a verb failed; `description` is one line.
package struct CommandError: Error, CustomStringConvertible {
  /// One line for standard error.
  package let description: String
  /// What the server answered, where it did: 404.
  let answer: Int?

  init(_ description: String, answer: Int? = nil) {
    self.description = description
    self.answer = answer
  }
}

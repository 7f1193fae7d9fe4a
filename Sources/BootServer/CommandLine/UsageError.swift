// BootServer/CommandLine: a wrong command line.
// SPDX-License-Identifier: Apache-2.0

/// A wrong option or value; `description` is one line.
package struct UsageError: Error, Equatable, CustomStringConvertible {
  /// One line for standard error; the program ends with status 2.
  package let description: String
  /// - Parameter description: names the option or word, and what is right.
  package init(_ description: String) { self.description = description }
}

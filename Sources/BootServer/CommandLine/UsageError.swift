// BootServer/CommandLine: a wrong command line.
// SPDX-License-Identifier: Apache-2.0

/// A wrong option or value; `description` is one line.
package struct UsageError: Error, Equatable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

// Boot/Template: why a template cannot be used.
// SPDX-License-Identifier: Apache-2.0

/// Why a template cannot be used; `description` names file, line and the way out.
package struct TemplateError: Error, Equatable, Sendable, CustomStringConvertible {
  /// As messages name it: `configs/node.yml.tmpl`.
  package let file: String
  /// From 1.
  package let line: Int
  /// What is wrong, and what to write, as half a sentence.
  package let reason: String

  /// For the client and the log.
  package var description: String { "\(file) line \(line): \(reason)" }
}

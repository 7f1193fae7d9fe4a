// Boot/Template: why a template cannot be used.
// SPDX-License-Identifier: Apache-2.0

/// Why a template cannot be used; `description` names file, line and the way out.
package struct TemplateError: Error, Equatable, Sendable, CustomStringConvertible {
  package let file: String
  /// From 1.
  package let line: Int
  package let reason: String

  package var description: String { "\(file) line \(line): \(reason)" }
}

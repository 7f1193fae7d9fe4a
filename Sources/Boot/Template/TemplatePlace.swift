// Boot/Template: where a value is named.
// SPDX-License-Identifier: Apache-2.0

/// Where a value is named, for messages.
struct TemplatePlace {
  let file: String
  let line: Int
  let name: String

  func error(_ reason: String) -> TemplateError {
    TemplateError(file: file, line: line, reason: "{{\(name)}}: \(reason)")
  }
}

// Boot/Template: where a value is named.
// SPDX-License-Identifier: Apache-2.0

/// Where a value is named, for messages.
struct TemplatePlace {
  let file: String
  let line: Int
  let variable: TemplateVariable

  var name: String { variable.name }
  /// Whether it stands for a URL of ours, with its question mark.
  var isURL: Bool {
    if case .machine(let name) = variable { name.hasSuffix("_url") } else { false }
  }

  func error(_ reason: String) -> TemplateError {
    TemplateError(file: file, line: line, reason: "{{\(name)}}: \(reason)")
  }
}

// Boot/Template: one value for a template.
// SPDX-License-Identifier: Apache-2.0

/// What a variable stands for.
enum TemplateValue: Equatable, Sendable {
  case text(String)
  /// A number or a boolean, which needs no quotes.
  case bare(String)

  var string: String {
    switch self {
    case .text(let text), .bare(let text): text
    }
  }

  /// Whether an `if` lets through what it guards.
  var isTrue: Bool {
    switch self {
    case .text(let text): !text.isEmpty && text != "false"
    case .bare(let text): text != "false"
    }
  }
}

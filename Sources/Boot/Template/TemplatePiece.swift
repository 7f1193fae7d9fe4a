// Boot/Template: a config in pieces.
// SPDX-License-Identifier: Apache-2.0

/// A piece of a config: what its author wrote, or a value and where it is named.
enum TemplatePiece {
  case text([UInt8])
  case value(TemplateValue, at: TemplatePlace)
}

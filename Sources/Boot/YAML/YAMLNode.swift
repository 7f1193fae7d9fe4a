// Boot/YAML: a document as a tree.
// SPDX-License-Identifier: Apache-2.0

/// A node of a document's tree (YAML 1.2.2 chapter 3.2.1), with its place.
///
/// Trees are at most ``YAMLReader/maxDepth`` deep, aliases resolved.
package struct YAMLNode: Equatable, Sendable {
  /// What the node is.
  package enum Content: Equatable, Sendable {
    /// Its text and how it is written.
    case scalar(String, YAMLScalarStyle)
    /// Its entries.
    case sequence([YAMLNode])
    /// In the order of the text; keys may come twice.
    case mapping([Pair])
  }

  /// A key and its value in a mapping.
  package struct Pair: Equatable, Sendable {
    /// Any node, though a scalar nearly always.
    package let key: YAMLNode
    /// What stands behind the key's colon.
    package let value: YAMLNode
  }

  /// What the node is.
  package let content: Content
  /// In full; `nil` where none is written.
  package let tag: String?
  /// Where the node is written, from its first byte behind the last: of a block collection up to
  /// the end of its last entry.
  package let mark: YAMLMark
  /// Where the alias is that stands for the node; `nil` where the node itself stands there.
  package internal(set) var alias: YAMLMark?

  /// Where the node is used: its alias, or where it is written.
  package var place: YAMLMark { alias ?? mark }

  /// What a scalar stands for.
  ///
  /// The tag `!` makes a string of it, but PyYAML takes the text as if it had neither tag nor quotes.
  ///
  /// - Returns: `nil` for collections, and for tags other than `!`, `!!str`, `!!null`, `!!bool`,
  ///   `!!int` and `!!float`.
  package func value(in schema: YAMLSchema) -> YAMLScalarValue? {
    guard case .scalar(let text, let style) = content else { return nil }
    let yaml = "tag:yaml.org,2002:"
    switch tag {
    case nil: return style == .plain ? .plain(text, in: schema) : .string(text)
    case "!" where schema == .pyYAML: return .plain(text, in: schema)
    case "!", yaml + "str": return .string(text)
    case yaml + "null": return .null
    case yaml + "bool", yaml + "int", yaml + "float":
      let value = YAMLScalarValue.plain(text, in: schema)
      switch (tag, value) {
      case (yaml + "bool", .bool), (yaml + "int", .int), (yaml + "int", .largeInt),
        (yaml + "float", .float):
        return value
      case (yaml + "float", .int(let number)): return .float(Double(number))
      default: return .refused(text)
      }
    default: return nil
    }
  }

  /// The value of the first key that is this string, in quotes or not.
  package subscript(_ key: String) -> YAMLNode? {
    guard case .mapping(let pairs) = content else { return nil }
    return pairs.first {
      if case .scalar(key, _) = $0.key.content { true } else { false }
    }?.value
  }
}

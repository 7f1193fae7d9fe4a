// Boot/YAML: what a reader of YAML comes across.
// SPDX-License-Identifier: Apache-2.0

/// How a scalar is written (YAML 1.2.2 chapters 7.3 and 8.1).
package enum YAMLScalarStyle: Equatable, Sendable {
  /// Without quotes.
  case plain
  /// In `'`.
  case singleQuoted
  /// In `"`.
  case doubleQuoted
  /// Behind `|`.
  case literal
  /// Behind `>`.
  case folded
}

/// How a collection is written (YAML 1.2.2 chapters 7.4 and 8.2).
package enum YAMLCollectionStyle: Equatable, Sendable {
  /// By indentation.
  case block
  /// In brackets.
  case flow
}

/// One event of YAML's serialization tree (YAML 1.2.2 chapter 3.1).
///
/// A start comes with its end, a mapping's keys and values take turns, and what is left empty is a
/// plain scalar without text.
package struct YAMLEvent: Equatable, Sendable {
  /// What happened.
  package enum Kind: Equatable, Sendable {
    /// First of all.
    case streamStart
    /// Last of all.
    case streamEnd
    /// Explicit with `---`.
    case documentStart(isExplicit: Bool)
    /// Explicit with `...`.
    case documentEnd(isExplicit: Bool)
    /// Keys and values follow.
    case mappingStart(YAMLCollectionStyle)
    /// Of the mapping that began last.
    case mappingEnd
    /// Entries follow.
    case sequenceStart(YAMLCollectionStyle)
    /// Of the sequence that began last.
    case sequenceEnd
    /// Escapes are resolved, lines are folded, line breaks are LF.
    case scalar(String, YAMLScalarStyle)
    /// Without its `*`.
    case alias(String)
  }

  /// What happened.
  package internal(set) var kind: Kind
  /// The node's anchor, without its `&`.
  package internal(set) var anchor: String?
  /// The node's tag in full: `tag:yaml.org,2002:str` for `!!str`; `!` for the non-specific one.
  package internal(set) var tag: String?
  /// The node's first byte, behind its anchor and tag.
  package internal(set) var start: YAMLPosition
  /// Behind the last byte: of a scalar the text or the quote; of a block scalar its last line that is
  /// not empty; of a block collection's start and end nothing is written, and both are the same.
  package internal(set) var end: YAMLPosition

  /// Both places.
  package var mark: YAMLMark { YAMLMark(start: start, end: end) }

  init(_ kind: Kind, _ properties: YAMLProperties = YAMLProperties(), from start: Int, to end: Int)
  {
    self.kind = kind
    anchor = properties.anchor
    tag = properties.tag
    // Lines and columns are found for all events at the end.
    self.start = YAMLPosition(offset: start, line: 0, column: 0)
    self.end = YAMLPosition(offset: end, line: 0, column: 0)
  }
}

/// A node's anchor and tag (YAML 1.2.2 chapter 6.9).
struct YAMLProperties {
  var anchor: String?
  var tag: String?
  /// Where the first of the two begins.
  var start = 0

  var isEmpty: Bool { anchor == nil && tag == nil }
}

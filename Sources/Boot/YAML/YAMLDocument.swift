// Boot/YAML: reading YAML into trees.
// SPDX-License-Identifier: Apache-2.0

/// One document of a stream, and what is doubtful about it.
package struct YAMLDocument: Equatable, Sendable {
  /// A key that its mapping has already.
  package struct Duplicate: Equatable, Sendable {
    /// As written, without quotes.
    package let key: String
    /// Where it stands first.
    package let first: YAMLMark
    /// Where it stands again.
    package let again: YAMLMark
  }

  /// The document's only value.
  package let root: YAMLNode
  /// Keys that come again, in the order in which their mappings end (YAML 1.2.2 chapter 3.2.1.3
  /// forbids them). Only scalars are compared.
  package let duplicates: [Duplicate]

  /// How many nodes all aliases of a stream may stand for.
  package static let maxExpansion = 100_000

  /// Reads every document of a stream.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 without a byte order mark.
  ///   - schema: says which keys are the same: `yes` and `true` are to PyYAML.
  /// - Throws: ``YAMLError`` for what is not YAML, for aliases of what no anchor names or of what they
  ///   stand in, and for more than ``maxExpansion`` nodes by aliases.
  package static func read(
    _ bytes: [UInt8], schema: YAMLSchema = .core,
    flowIndentation: YAMLReader.FlowIndentation = .strict, maxExpansion: Int = maxExpansion
  ) throws(YAMLError) -> [YAMLDocument] {
    var composer = YAMLComposer(schema: schema, maxExpansion: maxExpansion)
    for event in try YAMLReader.events(bytes, flowIndentation: flowIndentation) {
      try composer.take(event)
    }
    return composer.documents
  }
}

// Boot/YAML: from events to trees.
// SPDX-License-Identifier: Apache-2.0

/// Puts trees together (YAML 1.2.2 chapter 3.1.2), with the open collections on a stack of its own.
struct YAMLComposer {
  /// A node that is whole.
  private struct Whole {
    let node: YAMLNode
    /// Nodes in it, itself included, aliases resolved.
    let size: Int
    /// Nodes from it down to the deepest one.
    let height: Int
  }

  /// What a name stands for.
  private enum Anchor {
    case open
    case whole(Whole)
  }

  private struct Open {
    let event: YAMLEvent
    var nodes: [YAMLNode] = []
    var size = 1
    var height = 0
  }

  private let schema: YAMLSchema
  private let maxExpansion: Int
  private var open: [Open] = []
  private var anchors: [String: Anchor] = [:]
  private var duplicates: [YAMLDocument.Duplicate] = []
  private var expansion = 0
  private(set) var documents: [YAMLDocument] = []

  init(schema: YAMLSchema, maxExpansion: Int) {
    self.schema = schema
    self.maxExpansion = maxExpansion
  }

  mutating func take(_ event: YAMLEvent) throws(YAMLError) {
    switch event.kind {
    case .streamStart, .streamEnd, .documentEnd: break
    case .documentStart:
      anchors = [:]
      duplicates = []
    case .mappingStart, .sequenceStart:
      if let anchor = event.anchor { anchors[anchor] = .open }
      open.append(Open(event: event))
    case .scalar(let text, let style):
      let node = YAMLNode(content: .scalar(text, style), tag: event.tag, mark: event.mark)
      add(Whole(node: node, size: 1, height: 1), anchor: event.anchor)
    case .alias(let name): try addAlias(name, event)
    case .sequenceEnd, .mappingEnd:
      if let collection = open.popLast() { close(collection, event) }
    }
  }

  private mutating func addAlias(_ name: String, _ event: YAMLEvent) throws(YAMLError) {
    func error(_ reason: String) -> YAMLError {
      YAMLError(line: event.start.line, column: event.start.column, reason: reason)
    }
    guard let known = anchors[name] else { throw error("no anchor above is named \(name)") }
    guard case .whole(let known) = known else {
      throw error("the alias \(name) stands within what it names, which would have no end")
    }
    expansion += known.size
    guard expansion <= maxExpansion else {
      throw error("the aliases up to here stand for more than \(maxExpansion) values")
    }
    guard open.count + known.height <= YAMLReader.maxDepth else {
      throw error(
        "nested deeper than \(YAMLReader.maxDepth) with what the alias \(name) stands for")
    }
    var node = known.node
    node.alias = event.mark
    add(Whole(node: node, size: known.size, height: known.height), anchor: nil)
  }

  private mutating func close(_ collection: Open, _ end: YAMLEvent) {
    let content: YAMLNode.Content
    if case .sequenceEnd = end.kind {
      content = .sequence(collection.nodes)
    } else {
      var pairs: [YAMLNode.Pair] = []
      pairs.reserveCapacity(collection.nodes.count / 2)
      for index in stride(from: 1, to: collection.nodes.count, by: 2) {
        pairs.append(
          YAMLNode.Pair(key: collection.nodes[index - 1], value: collection.nodes[index]))
      }
      findDuplicates(pairs)
      content = .mapping(pairs)
    }
    let mark = YAMLMark(start: collection.event.start, end: end.end)
    let node = YAMLNode(content: content, tag: collection.event.tag, mark: mark)
    // A name that was given again within the collection stays with what has it since.
    var anchor = collection.event.anchor
    if let name = anchor, case .whole = anchors[name] { anchor = nil }
    add(Whole(node: node, size: collection.size, height: collection.height + 1), anchor: anchor)
  }

  private mutating func add(_ whole: Whole, anchor: String?) {
    if let anchor { anchors[anchor] = .whole(whole) }
    guard !open.isEmpty else {
      documents.append(YAMLDocument(root: whole.node, duplicates: duplicates))
      return
    }
    let last = open.count - 1
    open[last].nodes.append(whole.node)
    open[last].size += whole.size
    open[last].height = max(open[last].height, whole.height)
  }

  private mutating func findDuplicates(_ pairs: [YAMLNode.Pair]) {
    guard pairs.count > 1 else { return }
    var first: [Identity: YAMLMark] = [:]
    first.reserveCapacity(pairs.count)
    for pair in pairs {
      guard case .scalar(let text, _) = pair.key.content,
        let identity = identity(of: pair.key, text)
      else { continue }
      if let mark = first[identity] {
        duplicates.append(
          YAMLDocument.Duplicate(key: text, first: mark, again: pair.key.place))
      } else {
        first[identity] = pair.key.place
      }
    }
  }

  /// The same for keys that are the same.
  private enum Identity: Hashable {
    case value(YAMLScalarValue)
    case tagged(String?, String)
  }

  /// - Returns: `nil` for what may come again.
  private func identity(of key: YAMLNode, _ text: String) -> Identity? {
    guard let value = key.value(in: schema) else { return .tagged(key.tag, text) }
    return value == .merge ? nil : .value(value)
  }
}

// Boot/Check/CloudConfig: what is YAML, and yet no reader makes values of it.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What goes wrong when a machine makes values of a tree.
struct CloudConfigTree {
  let dialect: CloudConfigCheck.Dialect

  private static let yaml = "tag:yaml.org,2002:"
  /// What PyYAML's safe loader makes values of, and cloud-init beside it.
  private static let tags = Set(
    [
      "null", "bool", "int", "float", "binary", "timestamp", "omap", "pairs", "set", "str", "seq",
      "map", "python/unicode",
    ].map { yaml + $0 })

  /// The first fault in the order of the text, aliases resolved.
  func fault(in root: YAMLNode) -> YAMLError? {
    var open = [root]
    while let node = open.popLast() {
      if let reason = fault(of: node) { return error(node, reason) }
      switch node.content {
      case .scalar: break
      case .sequence(let nodes): open += nodes.reversed()
      case .mapping(let pairs):
        if let error = keyFault(in: pairs) { return error }
        open += pairs.reversed().map(\.value)
      }
    }
    return nil
  }

  private func keyFault(in pairs: [YAMLNode.Pair]) -> YAMLError? {
    for pair in pairs {
      guard case .scalar = pair.key.content else {
        return error(
          pair.key, "brackets stand where a key should be; put quotes around text with brackets")
      }
      if Self.isMerge(pair.key) {
        if Self.merged(pair.value) == nil {
          return error(pair.value, "behind << only mappings can stand, by their names: *NAME")
        }
      } else if !Self.isEqualSign(pair.key), let reason = fault(of: pair.key) {
        return error(pair.key, reason)
      }
    }
    return nil
  }

  private func error(_ node: YAMLNode, _ reason: String) -> YAMLError {
    let start = node.place.start
    return YAMLError(line: start.line, column: start.column, reason: reason)
  }

  private func fault(of node: YAMLNode) -> String? {
    switch dialect {
    case .coreOS:
      guard case .refused? = GoScalar(node) else { return nil }
      return "the value is not what its tag says; leave out the tag"
    case .cloudInit:
      if let tag = node.tag, tag != "!", !Self.tags.contains(tag) {
        return "cloud-init does not know the tag \(CloudConfigText.quoted(tag)); leave it out"
      }
      switch node.value(in: .pyYAML) {
      case .refused(let text):
        return "\(CloudConfigText.quoted(text)) makes no value as it stands; put it in quotes"
      case .merge: return "\"<<\" makes no value as it stands; put it in quotes"
      default: return nil
      }
    }
  }

  /// Whether a key merges mappings.
  static func isMerge(_ key: YAMLNode) -> Bool {
    guard case .scalar("<<", .plain) = key.content else { return false }
    return key.tag == nil || key.tag == yaml + "merge"
  }

  /// PyYAML refuses it as a value, but not as a key.
  private static func isEqualSign(_ key: YAMLNode) -> Bool {
    if case .scalar("=", .plain) = key.content { key.tag == nil } else { false }
  }

  /// The mappings that a value merges, those that count more last; `nil` where it is something else.
  static func merged(_ value: YAMLNode) -> [[YAMLNode.Pair]]? {
    switch value.content {
    case .scalar: return nil
    case .mapping(let pairs): return [pairs]
    case .sequence(let nodes):
      var mappings: [[YAMLNode.Pair]] = []
      for node in nodes.reversed() {
        guard case .mapping(let pairs) = node.content else { return nil }
        mappings.append(pairs)
      }
      return mappings
    }
  }
}

// Boot/Check/CloudConfig: a mapping's keys as CoreOS reads them.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A key and its value.
struct CoreOSField {
  let key: YAMLNode
  /// Its text, with underscores where it has dashes.
  let name: String
  /// Its text in quotes, for sentences.
  let shown: String
  let value: YAMLNode
  /// Whether it comes from another mapping, by `<<`.
  let isMerged: Bool
}

/// The fields of one mapping, in the order of the text; of those with the same name the last one.
struct CoreOSFields {
  private(set) var fields: [CoreOSField] = []
  /// Fields that stand again in the same mapping, and the line where.
  private(set) var overwritten: [(first: CoreOSField, line: Int)] = []
  private var places: [String: Int] = [:]

  subscript(_ name: String) -> CoreOSField? { places[name].map { fields[$0] } }

  mutating func add(_ pairs: [YAMLNode.Pair], isMerged: Bool) {
    for pair in pairs {
      guard case .scalar(let text, _) = pair.key.content else { continue }
      if CloudConfigTree.isMerge(pair.key) {
        for merged in CloudConfigTree.merged(pair.value) ?? [] { add(merged, isMerged: true) }
      } else {
        add(
          CoreOSField(
            key: pair.key, name: text.replacing("-", with: "_"),
            shown: CloudConfigText.quoted(text), value: pair.value, isMerged: isMerged))
      }
    }
  }

  private mutating func add(_ field: CoreOSField) {
    guard let place = places[field.name] else {
      places[field.name] = fields.count
      fields.append(field)
      return
    }
    let first = fields[place]
    if !first.isMerged, !field.isMerged {
      overwritten.append((first, field.key.place.start.line))
    }
    fields[place] = field
  }
}

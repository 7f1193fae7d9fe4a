// Boot/Check/CloudConfig: what may stand behind a key of CoreOS' cloud-config.
// SPDX-License-Identifier: Apache-2.0

/// What a key's value must be.
indirect enum CoreOSKind: Sendable {
  /// Numbers and yes or no are taken for their text.
  case text
  /// A text of which not every one is allowed.
  case checked(CoreOSFormat)
  case bool
  case int
  /// Also a whole number.
  case float
  case texts
  case mapping(CoreOSLevel)
  case list(CoreOSLevel)
  /// Still read, but a person should know why to give it up.
  case deprecated(CoreOSKind, String)

  /// Whether a scalar is of the kind.
  func takes(_ scalar: GoScalar) -> Bool {
    switch (self, scalar) {
    case (.deprecated(let kind, _), _): kind.takes(scalar)
    case (.mapping, _), (.list, _), (.texts, _), (_, .null), (_, .refused): false
    case (.text, _), (.checked, _), (_, .tagged): true
    case (.bool, .bool), (.int, .int), (.float, .int), (.float, .float): true
    case (.bool, _), (.int, _), (.float, _): false
    }
  }

  /// What to write, behind "must be".
  var words: String {
    switch self {
    case .text, .checked: "a text"
    case .bool: "true or false, without quotes"
    case .int: "a whole number"
    case .float: "a number"
    case .mapping: "a mapping"
    case .texts, .list: "a list, with a dash in front of each entry"
    case .deprecated(let kind, _): kind.words
    }
  }
}

/// The keys of one kind of mapping.
final class CoreOSLevel: Sendable {
  /// In a sentence: `a unit`.
  let name: String
  /// In the table's order, with underscores.
  let names: [String]
  private let kinds: [String: CoreOSKind]

  init(_ name: String, _ keys: KeyValuePairs<String, CoreOSKind>) {
    self.name = name
    names = keys.map(\.key)
    kinds = Dictionary(keys.map { ($0.key, $0.value) }) { first, _ in first }
  }

  /// - Parameter name: with underscores.
  subscript(_ name: String) -> CoreOSKind? { kinds[name] }

  /// Its keys and those below it, each with the keys above it: `coreos.update`.
  func homes(below path: String) -> [(key: String, home: String)] {
    names.flatMap { name in
      let deeper = path.isEmpty ? name : "\(path).\(name)"
      return [(key: name, home: path)] + (self[name]?.level?.homes(below: deeper) ?? [])
    }
  }
}

extension CoreOSKind {
  /// What a value's own keys are.
  var level: CoreOSLevel? {
    switch self {
    case .mapping(let level), .list(let level): level
    case .deprecated(let kind, _): kind.level
    case .text, .checked, .bool, .int, .float, .texts: nil
    }
  }
}

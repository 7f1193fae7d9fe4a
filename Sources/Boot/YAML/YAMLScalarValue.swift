// Boot/YAML: what a scalar without quotes stands for.
// SPDX-License-Identifier: Apache-2.0

/// Whose rules say what a plain scalar stands for.
package enum YAMLSchema: Equatable, Sendable {
  /// YAML 1.2.2 chapter 10.3.2.
  case core
  /// PyYAML's `safe_load`, which cloud-init uses: nearly YAML 1.1.
  case pyYAML
}

/// What a scalar stands for.
package enum YAMLScalarValue: Hashable, Sendable {
  /// Also where nothing is written.
  case null
  /// In PyYAML also `yes`, `no`, `on` and `off`.
  case bool(Bool)
  /// In PyYAML `014` is 12, `0o14` is a string, and `1:30` is 90.
  case int(Int)
  /// What is no `Int`, as written.
  case largeInt(String)
  /// Infinite and not a number, too.
  case float(Double)
  /// A date or a time, as written; in PyYAML only.
  case timestamp(String)
  /// `<<`, which merges mappings where it is a key; in PyYAML only.
  case merge
  /// What PyYAML takes for something else than a string, and then fails on: `=`, `2026-13-01`, `0x_`.
  case refused(String)
  /// Everything else.
  case string(String)

  /// What a scalar without quotes and without a tag stands for.
  package static func plain(_ text: String, in schema: YAMLSchema) -> YAMLScalarValue {
    let bytes = Array(text.utf8)
    switch schema {
    case .core: return YAMLCoreSchema.value(bytes) ?? .string(text)
    case .pyYAML: return YAMLPythonSchema.value(bytes) ?? .string(text)
    }
  }
}

/// A text that is matched from the left.
struct YAMLMatcher {
  let bytes: [UInt8]
  var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { index == bytes.count }

  var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  /// - Returns: whether one of these was the next byte; it is passed over then.
  mutating func skip(_ any: String) -> Bool {
    guard let next, any.utf8.contains(next) else { return false }
    index += 1
    return true
  }

  /// - Returns: how many bytes of a kind came next; they are passed over.
  mutating func run(_ isOfKind: (UInt8) -> Bool) -> Int {
    let start = index
    while let next, isOfKind(next) { index += 1 }
    return index - start
  }

  /// The bytes from an index on, up to here.
  func text(from start: Int) -> String { String(decoding: bytes[start..<index], as: UTF8.self) }
}

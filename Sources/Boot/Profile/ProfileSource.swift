// Boot/Profile: where a key's value stands.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Where a key's value stands, for messages.
struct ProfileSource {
  let file: String
  /// `args`, `install.args`.
  let shown: String
  /// Of a profile's layers.
  let layer: Int

  func wrong(_ reason: String) -> BootError { .badValue(file: file, key: shown, reason: reason) }

  func string(_ value: JSON) throws(BootError) -> String {
    guard case .string(let text) = value else {
      throw wrong("must be a string, but is \(value.kind)")
    }
    return text
  }

  func strings(_ value: JSON) throws(BootError) -> [String] {
    try elements(value, of: "a list of strings").map { (element) throws(BootError) in
      switch element {
      case .string(let text): return text
      case .null: return ""
      case .bool, .number, .array, .object:
        throw wrong("must be a list of strings, but holds \(element.kind)")
      }
    }
  }

  func count(_ value: JSON) throws(BootError) -> Int {
    guard case .number(let text) = value, let count = Int(text), count >= 0 else {
      let shown = if case .number(let text) = value { text } else { value.kind }
      throw wrong("must be a whole number from 0 on, but is \(shown)")
    }
    return count
  }

  /// A member of this key's object.
  func within(_ name: String) -> ProfileSource {
    ProfileSource(file: file, shown: "\(shown).\(name)", layer: layer)
  }

  /// A text, or a list of which one counts.
  func choice(_ value: JSON) throws(BootError) -> [String] {
    switch value {
    case .string(let text): return text.isEmpty ? [] : [text]
    case .array: return try strings(value)
    case .null, .bool, .number, .object:
      throw wrong("must be a string, or a list of strings to choose from, but is \(value.kind)")
    }
  }

  func elements(_ value: JSON, of kind: String) throws(BootError) -> [JSON] {
    guard case .array(let elements) = value else {
      throw wrong("must be \(kind), but is \(value.kind)")
    }
    return elements
  }

  func members(_ value: JSON) throws(BootError) -> [JSON.Member] {
    guard case .object(let members) = value else {
      throw wrong("must be an object, but is \(value.kind)")
    }
    return members
  }
}

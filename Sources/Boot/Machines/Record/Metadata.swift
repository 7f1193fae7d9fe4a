// Boot/Machines/Record: a machine's metadata.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What people note of a machine, for its templates.
package struct Metadata: Equatable, Sendable {
  /// Strings, numbers and booleans.
  package private(set) var values: [String: JSON] = [:]

  static let maxKeys = 256
  static let maxValueBytes = 4096

  /// Nothing noted.
  package init() {}

  /// A string, a number or a boolean; `nil`: nothing is noted under the key.
  package subscript(key: String) -> JSON? { values[key] }
  /// Whether nothing is noted.
  package var isEmpty: Bool { values.isEmpty }
  /// By key, so that a record's file is the same each time.
  package var sorted: [JSON.Member] {
    values.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
  }

  /// Sets or, with `null`, removes a value.
  ///
  /// - Throws: ``MachineError`` that names the key, and what may be there: 400.
  package mutating func set(_ key: String, _ value: JSON) throws(MachineError) {
    let name = "metadata.\(key)"
    guard Self.isKey(key) else {
      throw .badValue(
        key: name, reason: "is no key: letters, digits, _ - and . are, up to 128 of them")
    }
    switch value {
    case .null: values[key] = nil
    case .string(let text), .number(let text):
      guard text.utf8.count <= Self.maxValueBytes else {
        throw .badValue(key: name, reason: "is longer than \(Self.maxValueBytes) bytes")
      }
      values[key] = value
    case .bool: values[key] = value
    case .array, .object:
      throw .badValue(key: name, reason: "must be a string, a number or true or false")
    }
    guard values.count <= Self.maxKeys else {
      throw .badValue(key: name, reason: "is one more than the \(Self.maxKeys) keys there can be")
    }
  }

  /// Whether a template can name it: letters, digits, `_`, `-` and `.`.
  package static func isKey(_ key: String) -> Bool {
    (1...128).contains(key.utf8.count)
      && key.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "_-.".utf8.contains($0) }
  }
}

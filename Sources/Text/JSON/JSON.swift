// Text/JSON: a JSON value that keeps what a file said.
// SPDX-License-Identifier: Apache-2.0

/// A JSON value (RFC 8259). Members keep their order, and repeated names are kept.
package enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  /// The number as written.
  case number(String)
  case string(String)
  case array([JSON])
  case object([Member])

  /// A name and its value in an object; names may come twice.
  package struct Member: Equatable, Sendable {
    /// With its escapes resolved.
    package let name: String
    /// What stands behind the name.
    package let value: JSON

    /// For objects that are built here.
    package init(_ name: String, _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// The kind's name in a message: `a list`, `a string`.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

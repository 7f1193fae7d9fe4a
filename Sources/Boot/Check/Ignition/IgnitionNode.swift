// Boot/Check/Ignition: a value of a config, and where it stands.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A value together with its place and its name for a person.
struct IgnitionNode {
  let value: JSON
  /// Its number in the text's ``JSONPlaces``.
  let number: Int
  /// `storage.files[0].mode`; empty at the top. Made of known keys and numbers alone.
  let path: String

  /// As a sentence begins with it.
  var name: String { path.isEmpty ? "the config" : path }

  /// A string.
  var text: String? {
    if case .string(let text) = value { text } else { nil }
  }

  /// A whole number, as Go reads one.
  var number64: Int? {
    if case .number(let digits) = value { Int(digits) } else { nil }
  }

  /// `true` or `false`.
  var flag: Bool? {
    if case .bool(let flag) = value { flag } else { nil }
  }

  /// Whether a Go reader that looks for emptiness finds some.
  var isEmpty: Bool {
    switch value {
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    default: false
    }
  }
}

/// The known members of an object by their keys; those that are `null` are left out.
struct IgnitionMembers {
  let object: IgnitionNode
  var nodes: [String: IgnitionNode] = [:]

  subscript(key: String) -> IgnitionNode? { nodes[key] }

  /// A string, unless it is missing, empty or no string.
  func text(_ key: String) -> String? {
    nodes[key]?.text.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether one of the keys holds something.
  func holds(_ keys: String...) -> Bool {
    keys.contains { nodes[$0].map { !$0.isEmpty } ?? false }
  }
}

/// Words of a config within a sentence.
enum IgnitionWords {
  /// In quotes, on one line, cut where it is long.
  static func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let cut = String(String.UnicodeScalarView(scalars.prefix(60)))
    return LogText.oneLine(JSONWriter.quoted(scalars.dropFirst(60).isEmpty ? cut : cut + "..."))
  }

  /// A URL without a user's password, and without the data of a `data:` URL.
  static func url(_ text: String) -> String {
    let bytes = text.utf8
    if bytes.starts(with: "data:".utf8), let comma = bytes.firstIndex(of: UInt8(ascii: ",")) {
      return quoted(text[...comma].prefix(40) + "...")
    }
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")),
      let slashes = bytes.firstRange(of: "//".utf8)?.upperBound, slashes <= at
    else { return quoted(text) }
    return quoted(text[..<slashes] + "..." + text[at...])
  }

  /// A value as the config has it, or its kind where that is long.
  static func shown(_ value: JSON) -> String {
    switch value {
    case .string(let text): quoted(text)
    case .number(let text): text.utf8.count > 30 ? "a number" : text
    case .bool(let flag): "\(flag)"
    case .null, .array, .object: value.kind
    }
  }
}

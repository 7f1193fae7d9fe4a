// Boot: why a machine gets no script.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What is wrong with a profile or what it names; `description` names the file and the way out.
///
/// Files are named as below the data directory: `profiles/dev.json`.
package enum BootError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is not JSON.
  case notJSON(file: String, JSONError)
  case notAnObject(file: String, kind: String)
  /// A key's value cannot be used.
  case badValue(file: String, key: String, reason: String)
  /// A value cannot stand where a key's text has a place for it; it is for the log alone.
  case badArgument(file: String, key: String, reason: String, value: [UInt8])
  /// The key file a profile names cannot be used.
  case badKey(file: String, reason: String)

  /// One sentence that names file and key, for the client and the log.
  package var description: String {
    switch self {
    case .notJSON(let file, let error): "\(file) is not valid JSON: \(error)"
    case .notAnObject(let file, let kind):
      "\(file) must hold a JSON object, { and }, but holds \(kind)"
    case .badValue(let file, let key, let reason): "\(file): \"\(key)\" \(reason)"
    case .badArgument(let file, let key, let reason, _): "\(file): \"\(key)\" \(reason)"
    case .badKey(let file, let reason): "\(file): \(reason)"
    }
  }

  /// What to mend.
  var place: DataPlace {
    switch self {
    case .notJSON(let file, let error):
      DataPlace(file, line: error.line, column: error.column)
    case .notAnObject(let file, _): DataPlace(file, line: 1, column: 1)
    case .badKey(let file, _): DataPlace(file)
    case .badValue(let file, let key, _), .badArgument(let file, let key, _, _):
      DataPlace(file, key: key)
    }
  }

  /// For the log alone: the same with the value, as far as 40 bytes go.
  package var logged: String {
    guard case .badArgument(_, _, _, let value) = self, !value.isEmpty else { return description }
    return "\(description): \(String(decoding: value.prefix(40), as: UTF8.self))"
  }
}

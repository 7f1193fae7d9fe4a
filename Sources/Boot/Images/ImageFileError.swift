// Boot/Images: why one of the images' own JSON files cannot be used.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What is wrong with a source row, a manifest or the state of channels; one sentence.
package enum ImageFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is not JSON.
  case notJSON(file: String, place: FilePlace, reason: String)
  case notAnObject(file: String, place: FilePlace?, what: String, kind: String)
  case unknownKey(file: String, place: FilePlace?, key: String, nearest: String?, known: [String])
  case repeatedKey(file: String, place: FilePlace?, key: String)
  case missingKey(file: String, key: String)
  case badValue(file: String, place: FilePlace?, key: String, reason: String)
  /// The file is of a later version of this program.
  case unknownFormat(file: String, format: String, known: Int)

  /// One sentence that names file, place and key.
  package var description: String { LogText.oneLine(sentence) }

  private var sentence: String {
    func at(_ file: String, _ place: FilePlace?) -> String {
      place.map { "\(file), line \($0.line), column \($0.column)" } ?? file
    }
    switch self {
    case .notJSON(let file, let place, let reason):
      return "\(at(file, place)): this is not JSON: \(reason)"
    case .notAnObject(let file, let place, let what, let kind):
      return "\(at(file, place)): \(what) must be an object, { and }, but is \(kind)"
    case .unknownKey(let file, let place, let key, let nearest, let known):
      let hint =
        nearest.map { "did you mean \"\($0)\"?" } ?? "known are \(known.joined(separator: ", "))"
      return "\(at(file, place)): the key \"\(key)\" is unknown; \(hint)"
    case .repeatedKey(let file, let place, let key):
      return "\(at(file, place)): the key \"\(key)\" comes twice; remove one"
    case .missingKey(let file, let key): return "\(file): the key \"\(key)\" is missing"
    case .badValue(let file, let place, let key, let reason):
      return "\(at(file, place)): \"\(key)\" \(reason)"
    case .unknownFormat(let file, let format, let known):
      return
        "\(file) has format \(format), but this program knows format \(known) alone; use the program that wrote it"
    }
  }
}

// Boot/Images: reading objects whose every key is known.
// SPDX-License-Identifier: Apache-2.0

import Text

/// An object of a JSON file that holds no unknown key, and none twice.
///
/// Places are worked out for errors alone.
struct StrictObject {
  private let file: String
  private let text: [UInt8]
  private let path: [JSONPlaces.Step]
  let members: [JSON.Member]

  /// Reads a whole file.
  ///
  /// - Parameter file: as messages name it.
  init(file: String, text: [UInt8], keys: [String]?) throws(ImageFileError) {
    let value: JSON
    do throws(JSONError) {
      value = try JSONReader.read(text)
    } catch {
      throw .notJSON(file: file, place: error.place(in: text), reason: error.reason)
    }
    try self.init(file: file, text: text, path: [], value: value, keys: keys)
  }

  private init(
    file: String, text: [UInt8], path: [JSONPlaces.Step], value: JSON, keys: [String]?
  ) throws(ImageFileError) {
    (self.file, self.text, self.path) = (file, text, path)
    guard case .object(let members) = value else {
      let what = path.last.map { "\"\(Self.name($0))\"" } ?? "the file"
      self.members = []
      throw .notAnObject(file: file, place: place(path), what: what, kind: value.kind)
    }
    self.members = members
    var seen: Set<String> = []
    for member in members {
      guard keys?.contains(member.name) ?? true else {
        throw .unknownKey(
          file: file, place: place(member.name), key: member.name,
          nearest: Nearest.name(to: member.name, in: keys ?? []), known: keys ?? [])
      }
      guard seen.insert(member.name).inserted else {
        throw .repeatedKey(file: file, place: place(member.name), key: member.name)
      }
    }
  }

  private static func name(_ step: JSONPlaces.Step) -> String {
    switch step {
    case .key(let name): name
    case .index(let index): "\(index)"
    }
  }

  private func place(_ path: [JSONPlaces.Step]) -> FilePlace? {
    JSONPlaces(text).place(of: path).map { $0.key ?? $0.value }
  }

  private func place(_ key: String) -> FilePlace? { place(path + [.key(key)]) }

  /// The error of a value that cannot be used.
  ///
  /// - Parameter reason: what follows the key in the sentence.
  func bad(_ key: String, _ reason: String) -> ImageFileError {
    .badValue(file: file, place: place(key), key: key, reason: reason)
  }

  func missing(_ key: String) -> ImageFileError { .missingKey(file: file, key: key) }

  /// `null` is the same as an absent key.
  func value(_ key: String) -> JSON? {
    guard let value = members.first(where: { $0.name == key })?.value, value != .null else {
      return nil
    }
    return value
  }

  func string(_ key: String) throws(ImageFileError) -> String? {
    guard let value = value(key) else { return nil }
    guard case .string(let text) = value else {
      throw bad(key, "must be a string, but is \(value.kind)")
    }
    return text
  }

  func bool(_ key: String) throws(ImageFileError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard case .bool(let bool) = value else {
      throw bad(key, "must be true or false, but is \(value.kind)")
    }
    return bool
  }

  /// - Returns: a number that is 0 or more.
  func count(_ key: String) throws(ImageFileError) -> Int64? {
    guard let value = value(key) else { return nil }
    guard case .number(let text) = value, let count = Int64(text), count >= 0 else {
      throw bad(key, "must be a whole number from 0, but is \(value.kind)")
    }
    return count
  }

  func strings(_ key: String) throws(ImageFileError) -> [String]? {
    guard let value = value(key) else { return nil }
    guard case .array(let elements) = value else {
      throw bad(key, "must be a list of strings, but is \(value.kind)")
    }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else {
        throw bad(key, "must be a list of strings, but holds \(element.kind)")
      }
      texts.append(text)
    }
    return texts
  }

  /// - Parameter keys: those that are known; `nil`: any.
  func object(_ key: String, keys: [String]?) throws(ImageFileError) -> StrictObject? {
    guard let value = value(key) else { return nil }
    return try StrictObject(
      file: file, text: text, path: path + [.key(key)], value: value, keys: keys)
  }

  /// Refuses a file of another format than the one that is known.
  func requireFormat(_ known: Int) throws(ImageFileError) {
    guard let value = value("format") else { throw missing("format") }
    guard value == .number(String(known)) else {
      let format = if case .number(let text) = value { text } else { value.kind }
      throw .unknownFormat(file: file, format: format, known: known)
    }
  }
}
